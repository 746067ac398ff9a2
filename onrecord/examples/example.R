# Rounds and stances, from the CSV files of this package: Rscript example.R in the folder where it was unpacked.
rounds <- read.csv("rounds.csv", colClasses = c(date_start = "character"), encoding = "UTF-8")
evidence <- read.csv("evidence.csv", encoding = "UTF-8")
print(rounds[c("round", "date_start", "host_country")], row.names = FALSE)
counts <- table(evidence$stance)
for (stance in sort(names(counts))) cat(stance, counts[[stance]], "\n")
