"""Whether speaking first helps: comparisons that people can see and leave."""
