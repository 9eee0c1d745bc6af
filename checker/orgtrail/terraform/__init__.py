"""What Terraform will make: plans, states and source, read without running anything."""
