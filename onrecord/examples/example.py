"""Rounds and their topics, from the CSV files of this package: run it in the folder where it was unpacked."""

import pandas as pd

rounds = pd.read_csv("rounds.csv")
evidence = pd.read_csv("evidence.csv")
print(rounds[["round", "date_start", "host_country"]].to_string(index=False))
print(evidence["stance"].value_counts().sort_index().to_string(header=False))
