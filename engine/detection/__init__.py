"""What a bias is, and how its figures become a finding with a cost."""
