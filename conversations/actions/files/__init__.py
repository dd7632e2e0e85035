"""Files in and out: recognised, questioned, previewed, recorded, packed."""
