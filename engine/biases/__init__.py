"""Every bias we know how to see: each file of this folder that declares ``BIAS`` is one."""
