"""The scenarios and their cases, read once for all tests."""

from conformance.scenario_files import all_cases, load_scenarios

SCENARIOS = load_scenarios()
CASES = all_cases(SCENARIOS)
