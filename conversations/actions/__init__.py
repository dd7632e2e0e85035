"""What the advisor can do, without a word of chat."""
