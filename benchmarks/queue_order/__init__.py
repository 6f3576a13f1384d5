"""Does the order of a queue pay: how many labels does each order need?"""
