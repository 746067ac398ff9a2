-- Rounds and stances: sqlite3 on-the-record.sqlite < example.sql
SELECT round, date_start, host_country FROM rounds ORDER BY round;
SELECT stance, count(*) AS statements FROM evidence GROUP BY stance ORDER BY stance;
-- The parts of lists stand a row each in list_parts: the works that most rows name as their source.
SELECT part AS work, count(*) AS named FROM list_parts WHERE column_name = 'source' GROUP BY part ORDER BY named DESC, work LIMIT 5;
