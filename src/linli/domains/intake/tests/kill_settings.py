"""Settings of a process that a test kills: the test's own database file, opened from outside."""

import os

from linli.site.tests.settings import *  # noqa: F403
from linli.site.tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["LINLI_KILL_TEST_DB"]
