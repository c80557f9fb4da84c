"""Grade submissions with otter, as `otter run` does, and print what each question got.

python tests/instructors/grade_otter.py AUTOGRADER.zip SUBMISSION.ipynb ...
"""

import json
import sys

from otter.api import grade_submission

if __name__ == "__main__":
    autograder, *submissions = sys.argv[1:]
    found = {}
    for submission in submissions:
        graded = grade_submission(submission, autograder, quiet=True)
        found[submission] = {
            name: {
                "points": test.score,
                "possible": test.possible,
                "said": "\n".join(result.message for result in test.test_case_results),
            }
            for name, test in graded.results.items()
        }
    print(json.dumps(found))
