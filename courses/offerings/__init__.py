"""Activities: face to face, virtual, blended, composite."""
