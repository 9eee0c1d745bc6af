"""Plans and states, as Terraform writes them."""
