"""Source: folders of Terraform files, their modules, and the values of what stands in them."""
