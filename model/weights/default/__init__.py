"""The checkpoint that ships with the program. `MODEL_CARD.md` says where it comes from."""
