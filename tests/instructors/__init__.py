"""What the graders of a course make of the exercises; run by `python -m tests.instructors`."""
