"""The machine asserts, so that what it finds is to be shown as that of a test."""

import pytest

pytest.register_assert_rewrite("tests.model.machine")
