"""The book as something that is published: its addresses, its files, and what machines read of it.

======================  ====================================================
:mod:`.address`         where site and repository are, if that is said
:mod:`.downloads`       files for download have readable names
:mod:`.server`          what a web server wants: sitemap, page for what is not there ...
======================  ====================================================
"""
