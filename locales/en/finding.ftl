finding-state-open = being merged
finding-state-fed-back = fed back to the unit
finding-state-dissolved = undone
