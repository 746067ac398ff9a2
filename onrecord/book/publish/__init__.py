"""The book as something that is published: its addresses, its files, and what machines read of it.

======================  ====================================================
:mod:`.address`         where site and repository are, if that is said
:mod:`.claims`          every claim as an annotation of the web
:mod:`.downloads`       files for download have readable names
:mod:`.boxes`           how to cite: book, data, chapter
:mod:`.excerpts`        figures and tables that can be taken out
:mod:`.head`            what machines read in the head of a page
:mod:`.moved`           what has moved leads on
:mod:`.provenance`      from which tables a figure is made
:mod:`.server`          what a web server wants: sitemap, page for what is not there ...
======================  ====================================================
"""
