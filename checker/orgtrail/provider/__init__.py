"""What the AWS provider adds to what is written: the one room that knows its resource types."""
