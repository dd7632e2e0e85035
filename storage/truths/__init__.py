"""What has to hold of the data at every moment: one file per truth, and a new file is a new one."""
