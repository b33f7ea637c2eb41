"""The case: one event in the world, from its first source to its outcome. Pure: time and ids are given."""
