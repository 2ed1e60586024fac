"""The boundary towards 115 and SIAO software: partners, records, quarantine."""
