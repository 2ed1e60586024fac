"""Allocations, each counted once: those recorded in cases and those that partners report, matched.

`counted` is a common table expression that needs `:territory` and `:own`. Of reports that a person matched,
one row is left: what the case says first, then the national register, the landlord, the SIAO; the lease is
the register's. An allocation cancelled in its case is counted nowhere, whatever else reports it.
"""

FIELDS = ("scheme", "organisation_id", "quota", "territory_cell", "situation_at_request", "composition")
_FIRST = "(array_agg({0} ORDER BY rank, id) FILTER (WHERE {0} IS NOT NULL))[1] AS {0}"
_LEASE = """
    (array_agg(lease_signed_on ORDER BY told_by <> 'sne', rank, id)
     FILTER (WHERE lease_signed_on IS NOT NULL))[1] AS lease_signed_on
"""
TOLD = """
    told AS (
        SELECT record_id AS id, register AS told_by,
               COALESCE(array_position(ARRAY['sne', 'landlord', 'siao', 'syplo', 'seuil'], register), 9)
                   AS rank,
               CAST(NULL AS uuid) AS case_id, CAST(NULL AS uuid) AS case_organisation, household_id, scheme,
               organisation_id, quota, territory_cell, situation_at_request, composition, persons,
               decided_on, lease_signed_on, entered_on, false AS cancelled
        FROM fact_allocation WHERE NOT void
        UNION ALL
        SELECT a.allocation_id, 'case', 0, a.case_id, file.organisation_id, a.household_id, a.scheme,
               a.organisation_id, a.quota, a.territory_cell, a.situation_at_request, a.composition, a.persons,
               a.decided_on, a.lease_signed_on, a.entered_on, a.cancelled_on IS NOT NULL
        FROM case_allocation AS a JOIN case_file AS file USING (case_id)
        WHERE file.territory = CAST(:territory AS text)
    )
"""
COUNTED = f"""
    WITH {TOLD}, together AS (
        SELECT told.*, groups.group_id FROM told LEFT JOIN allocation_group AS groups
                                                      ON groups.allocation_id = told.id
    ), once AS (
        SELECT id, case_id, case_organisation, household_id, persons, {", ".join(FIELDS)},
               decided_on, lease_signed_on, entered_on, 1 AS reports
        FROM together WHERE group_id IS NULL AND NOT cancelled
        UNION ALL
        SELECT group_id, {
    ", ".join(
        _FIRST.format(name)
        for name in ("case_id", "case_organisation", "household_id", "persons", *FIELDS, "decided_on")
    )
}, {_LEASE}, {_FIRST.format("entered_on")}, count(*)
        FROM together WHERE group_id IS NOT NULL GROUP BY group_id HAVING NOT bool_or(cancelled)
    ), counted AS (
        SELECT * FROM once
        WHERE CAST(:own AS uuid) IS NULL OR organisation_id = CAST(:own AS uuid)
              OR case_organisation = CAST(:own AS uuid)
    )
"""  # noqa: S608 - names of ours only, values are bound
