"""The demonstration: thirty courses, some two thousand invented people, and how it went for them."""
