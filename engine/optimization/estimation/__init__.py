"""What is expected of assets, from their past and from what the person believes."""
