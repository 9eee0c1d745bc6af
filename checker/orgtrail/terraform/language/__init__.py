"""Terraform's language: what is written, and what it means."""
