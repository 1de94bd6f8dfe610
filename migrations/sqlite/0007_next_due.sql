-- What time alone brings about in a workspace. So far these are terms that come into force: from their day on their
-- engagement shows them.

-- Whatever had become due by then is recorded. Null where that never had to be looked at.
ALTER TABLE workspaces ADD COLUMN due_checked_at INTEGER;
-- When something becomes due next. Whoever first finds it past, a reader, a writer or the job, records what has.
ALTER TABLE workspaces ADD COLUMN next_due_at INTEGER;

-- When that is depends on zones, which SQL does not know: it is looked at when the workspace is first read or written,
-- or else by the job. An engagement shows other terms some day only where more than one version was accepted.
UPDATE workspaces SET next_due_at = 0 WHERE deleted_at IS NULL AND id IN
    (SELECT workspace_id FROM engagement_terms WHERE accepted_at IS NOT NULL AND deleted_at IS NULL
     GROUP BY workspace_id, engagement_id HAVING COUNT(*) > 1);
INSERT INTO jobs (workspace_id, id, kind, payload, run_at, attempts, created_at)
    SELECT id, id, 'terms.effective', '{}', next_due_at, 0, changed_at FROM workspaces WHERE next_due_at IS NOT NULL;
