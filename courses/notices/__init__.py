"""What people are told by e-mail, each thing once."""
