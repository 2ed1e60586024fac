"""What people are told of a case: the names of the facts a referrer opens and a household hears."""

TO_OPEN = ("case_decided", "case_rejected", "case_adjourned", "refusal_ruled", "appeal_decided")
"""What a referrer is told to come and read."""
TO_TELL = (
    *TO_OPEN,
    *("orientation_proposed", "orientation_refused", "committee_decided", "allocation_recorded"),
    *("case_closed", "case_cancelled", "seniority_set"),
)
"""What a household has the right to be told."""
