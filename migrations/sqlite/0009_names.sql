-- Entries and comments keep the name that their person had when they were made. What is there takes the name of today.
ALTER TABLE time_entries ADD COLUMN member_name TEXT NOT NULL DEFAULT '';
UPDATE time_entries SET member_name = COALESCE((SELECT u.name FROM members m JOIN users u ON u.id = m.user_id
    WHERE m.workspace_id = time_entries.workspace_id AND m.id = time_entries.member_id), '');
ALTER TABLE comments ADD COLUMN author_name TEXT NOT NULL DEFAULT '';
UPDATE comments SET author_name = COALESCE((SELECT u.name FROM members m JOIN users u ON u.id = m.user_id
    WHERE m.workspace_id = comments.workspace_id AND m.id = comments.author_id), '');
