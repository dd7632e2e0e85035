"""Every sentence we say. Pure: values in, words out."""
