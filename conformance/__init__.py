"""The conformance harness: scenarios as data, the world they play in, their runner and its reports.

    scenario, scenario_files          what a scenario is; reading `scenarios/*.toml`
    fault_table, trust_faults         every role's named deviations, by role and id
    world, world_folder, presenting   a whole pilot from one seed; what is shown in it, and with what evidence
    judging, comparison               one verification; what differs from what its scenario expects
    *_under_test, in_process          wallet, issuer and verifier, in this process or at an address
    runner, report, commands          all scenarios, as JSON, from the command line
    requirements                      what proves each requirement of the specifications
    mutation                          each check switched off in turn, to see that a scenario notices

Departures from specifications are listed in `DIVERGENCES.md`; `requirements.toml` and `bad_inputs.toml` list the
requirements and the bad inputs of the checklists, and what proves that each is kept or refused.
"""
