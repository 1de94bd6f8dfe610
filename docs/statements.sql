-- Written by `vorzimmer statements`. Lists that grow by their filters are not among them.

-- adjustments bury
UPDATE adjustments SET reason = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, engagement_id, kind, minutes, reason, period_seq, valid_until, version, created_at, updated_at, deleted_at;

-- adjustments bury_of
UPDATE adjustments SET reason = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- adjustments find
SELECT id, client_id, engagement_id, kind, minutes, reason, period_seq, valid_until, version, created_at, updated_at, deleted_at FROM adjustments WHERE workspace_id = $1 AND client_id = COALESCE($2, client_id) AND id = $3 AND deleted_at IS NULL;

-- adjustments insert
INSERT INTO adjustments (workspace_id, id, created_at, updated_at, version, kind, minutes, reason, period_seq, valid_until, client_id, engagement_id) VALUES ($1, $2, $3, $3, 1, $4, $5, $6, $7, $8, $9, $10) RETURNING id, client_id, engagement_id, kind, minutes, reason, period_seq, valid_until, version, created_at, updated_at, deleted_at;

-- adjustments update
UPDATE adjustments SET kind = $4, minutes = $5, reason = $6, period_seq = $7, valid_until = $8, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, engagement_id, kind, minutes, reason, period_seq, valid_until, version, created_at, updated_at, deleted_at;

-- alerts bury
UPDATE alerts SET percent = percent, deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, engagement_id, subject, period_seq, block_id, percent, used_seconds, limit_seconds, used_minor, limit_minor, reached_at, cleared_at, acknowledged_at, version, created_at, updated_at, deleted_at;

-- alerts bury_of
UPDATE alerts SET percent = percent, deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- alerts find
SELECT id, client_id, engagement_id, subject, period_seq, block_id, percent, used_seconds, limit_seconds, used_minor, limit_minor, reached_at, cleared_at, acknowledged_at, version, created_at, updated_at, deleted_at FROM alerts WHERE workspace_id = $1 AND client_id = COALESCE($2, client_id) AND id = $3 AND deleted_at IS NULL;

-- alerts insert
INSERT INTO alerts (workspace_id, id, created_at, updated_at, version, subject, period_seq, block_id, percent, used_seconds, limit_seconds, used_minor, limit_minor, reached_at, cleared_at, acknowledged_at, client_id, engagement_id) VALUES ($1, $2, $3, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING id, client_id, engagement_id, subject, period_seq, block_id, percent, used_seconds, limit_seconds, used_minor, limit_minor, reached_at, cleared_at, acknowledged_at, version, created_at, updated_at, deleted_at;

-- alerts update
UPDATE alerts SET subject = $4, period_seq = $5, block_id = $6, percent = $7, used_seconds = $8, limit_seconds = $9, used_minor = $10, limit_minor = $11, reached_at = $12, cleared_at = $13, acknowledged_at = $14, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, engagement_id, subject, period_seq, block_id, percent, used_seconds, limit_seconds, used_minor, limit_minor, reached_at, cleared_at, acknowledged_at, version, created_at, updated_at, deleted_at;

-- balance_links bury
UPDATE balance_links SET label = NULL, deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, engagement_id, label, expires_at, token_hash, rotated_at, revoked_at, last_used_at, version, created_at, updated_at, deleted_at;

-- balance_links bury_of
UPDATE balance_links SET label = NULL, deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- balance_links find
SELECT id, client_id, engagement_id, label, expires_at, token_hash, rotated_at, revoked_at, last_used_at, version, created_at, updated_at, deleted_at FROM balance_links WHERE workspace_id = $1 AND client_id = COALESCE($2, client_id) AND id = $3 AND deleted_at IS NULL;

-- balance_links insert
INSERT INTO balance_links (workspace_id, id, created_at, updated_at, version, label, expires_at, token_hash, rotated_at, revoked_at, client_id, engagement_id) VALUES ($1, $2, $3, $3, 1, $4, $5, $6, $7, $8, $9, $10) RETURNING id, client_id, engagement_id, label, expires_at, token_hash, rotated_at, revoked_at, last_used_at, version, created_at, updated_at, deleted_at;

-- balance_links update
UPDATE balance_links SET label = $4, expires_at = $5, token_hash = $6, rotated_at = $7, revoked_at = $8, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, engagement_id, label, expires_at, token_hash, rotated_at, revoked_at, last_used_at, version, created_at, updated_at, deleted_at;

-- blocks bury
UPDATE blocks SET title = NULL, deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, engagement_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = blocks.workspace_id AND e.id = blocks.engagement_id) AS engagement_status, title, reason, minutes, bonus_minutes, price_minor, valid_from, valid_until, valid_days, paid_on, currency, is_top_up, status, starts_on, ends_on, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, voided_at, void_on, void_reason, void_given_seconds, version, created_at, updated_at, deleted_at;

-- blocks bury_of
UPDATE blocks SET title = NULL, deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- blocks find
SELECT id, client_id, engagement_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = blocks.workspace_id AND e.id = blocks.engagement_id) AS engagement_status, title, reason, minutes, bonus_minutes, price_minor, valid_from, valid_until, valid_days, paid_on, currency, is_top_up, status, starts_on, ends_on, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, voided_at, void_on, void_reason, void_given_seconds, version, created_at, updated_at, deleted_at FROM blocks WHERE workspace_id = $1 AND client_id = COALESCE($2, client_id) AND id = $3 AND deleted_at IS NULL;

-- blocks insert
INSERT INTO blocks (workspace_id, id, created_at, updated_at, version, title, reason, minutes, bonus_minutes, price_minor, valid_from, valid_until, valid_days, paid_on, currency, is_top_up, status, starts_on, ends_on, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, voided_at, void_on, void_reason, void_given_seconds, client_id, engagement_id) VALUES ($1, $2, $3, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33) RETURNING id, client_id, engagement_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = blocks.workspace_id AND e.id = blocks.engagement_id) AS engagement_status, title, reason, minutes, bonus_minutes, price_minor, valid_from, valid_until, valid_days, paid_on, currency, is_top_up, status, starts_on, ends_on, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, voided_at, void_on, void_reason, void_given_seconds, version, created_at, updated_at, deleted_at;

-- blocks update
UPDATE blocks SET title = $4, reason = $5, minutes = $6, bonus_minutes = $7, price_minor = $8, valid_from = $9, valid_until = $10, valid_days = $11, paid_on = $12, currency = $13, is_top_up = $14, status = $15, starts_on = $16, ends_on = $17, withdrawn_at = $18, accepted_at = $19, accepted_by = $20, accepted_by_name = $21, accepted_version = $22, accepted_elsewhere = $23, declined_at = $24, declined_by = $25, declined_by_name = $26, answer_note = $27, voided_at = $28, void_on = $29, void_reason = $30, void_given_seconds = $31, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, engagement_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = blocks.workspace_id AND e.id = blocks.engagement_id) AS engagement_status, title, reason, minutes, bonus_minutes, price_minor, valid_from, valid_until, valid_days, paid_on, currency, is_top_up, status, starts_on, ends_on, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, voided_at, void_on, void_reason, void_given_seconds, version, created_at, updated_at, deleted_at;

-- channels bury
UPDATE channels SET address = '', label = NULL, purpose = NULL, reachable_hours = '[]', contact_id = NULL, search_text = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, kind, address, label, purpose, preference, reachable_hours, contact_id, version, created_at, updated_at, deleted_at;

-- channels bury_of
UPDATE channels SET address = '', label = NULL, purpose = NULL, reachable_hours = '[]', contact_id = NULL, search_text = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- channels find
SELECT id, client_id, kind, address, label, purpose, preference, reachable_hours, contact_id, version, created_at, updated_at, deleted_at FROM channels WHERE workspace_id = $1 AND client_id = COALESCE($2, client_id) AND id = $3 AND deleted_at IS NULL;

-- channels insert
INSERT INTO channels (workspace_id, id, created_at, updated_at, version, kind, address, label, purpose, preference, reachable_hours, contact_id, search_text, client_id) VALUES ($1, $2, $3, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id, client_id, kind, address, label, purpose, preference, reachable_hours, contact_id, version, created_at, updated_at, deleted_at;

-- channels update
UPDATE channels SET kind = $4, address = $5, label = $6, purpose = $7, preference = $8, reachable_hours = $9, contact_id = $10, search_text = $11, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, kind, address, label, purpose, preference, reachable_hours, contact_id, version, created_at, updated_at, deleted_at;

-- clients bury
UPDATE clients SET name = '', legal_name = NULL, billing_address = NULL, vat_id = NULL, email = NULL, default_terms = NULL, working_hours = '[]', tags = '[]', client_note = NULL, internal_note = NULL, sort_key = '', search_text = '', search_internal = '', tags_key = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, name, legal_name, kind, stage, billing_address, vat_id, email, currency, time_zone, language, payment_term_days, default_terms, working_hours, tags, client_note, internal_note, external_source, external_ref, archived_at, version, created_at, updated_at, deleted_at;

-- clients bury_of
UPDATE clients SET name = '', legal_name = NULL, billing_address = NULL, vat_id = NULL, email = NULL, default_terms = NULL, working_hours = '[]', tags = '[]', client_note = NULL, internal_note = NULL, sort_key = '', search_text = '', search_internal = '', tags_key = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL;

-- clients check_ref
SELECT id FROM clients WHERE workspace_id = $1 AND external_source = $2 AND external_ref = $3 AND deleted_at IS NULL;

-- clients find
SELECT id, name, legal_name, kind, stage, billing_address, vat_id, email, currency, time_zone, language, payment_term_days, default_terms, working_hours, tags, client_note, internal_note, external_source, external_ref, archived_at, version, created_at, updated_at, deleted_at FROM clients WHERE workspace_id = $1 AND id = COALESCE($2, id) AND id = $3 AND deleted_at IS NULL;

-- clients find_by_ref
SELECT id, name, legal_name, kind, stage, billing_address, vat_id, email, currency, time_zone, language, payment_term_days, default_terms, working_hours, tags, client_note, internal_note, external_source, external_ref, archived_at, version, created_at, updated_at, deleted_at FROM clients WHERE workspace_id = $1 AND external_source = $2 AND external_ref = $3 AND deleted_at IS NULL;

-- clients insert
INSERT INTO clients (workspace_id, id, created_at, updated_at, version, name, legal_name, kind, stage, billing_address, vat_id, email, currency, time_zone, language, payment_term_days, default_terms, working_hours, tags, client_note, internal_note, external_source, external_ref, sort_key, search_text, search_internal, tags_key) VALUES ($1, $2, $3, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25) RETURNING id, name, legal_name, kind, stage, billing_address, vat_id, email, currency, time_zone, language, payment_term_days, default_terms, working_hours, tags, client_note, internal_note, external_source, external_ref, archived_at, version, created_at, updated_at, deleted_at;

-- clients update
UPDATE clients SET name = $4, legal_name = $5, kind = $6, stage = $7, billing_address = $8, vat_id = $9, email = $10, currency = $11, time_zone = $12, language = $13, payment_term_days = $14, default_terms = $15, working_hours = $16, tags = $17, client_note = $18, internal_note = $19, external_source = $20, external_ref = $21, sort_key = $22, search_text = $23, search_internal = $24, tags_key = $25, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, name, legal_name, kind, stage, billing_address, vat_id, email, currency, time_zone, language, payment_term_days, default_terms, working_hours, tags, client_note, internal_note, external_source, external_ref, archived_at, version, created_at, updated_at, deleted_at;

-- contacts bury
UPDATE contacts SET name = '', email = NULL, email_key = NULL, phone = NULL, job_function = NULL, internal_note = NULL, is_primary = FALSE, search_text = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, name, email, phone, job_function, is_primary, internal_note, (email_key IS NOT NULL AND EXISTS (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = contacts.workspace_id AND m.client_id = contacts.client_id AND m.deleted_at IS NULL AND u.email_key = contacts.email_key)) AS portal_access, version, created_at, updated_at, deleted_at;

-- contacts bury_of
UPDATE contacts SET name = '', email = NULL, email_key = NULL, phone = NULL, job_function = NULL, internal_note = NULL, is_primary = FALSE, search_text = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- contacts find
SELECT id, client_id, name, email, phone, job_function, is_primary, internal_note, (email_key IS NOT NULL AND EXISTS (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = contacts.workspace_id AND m.client_id = contacts.client_id AND m.deleted_at IS NULL AND u.email_key = contacts.email_key)) AS portal_access, version, created_at, updated_at, deleted_at FROM contacts WHERE workspace_id = $1 AND client_id = COALESCE($2, client_id) AND id = $3 AND deleted_at IS NULL;

-- contacts insert
INSERT INTO contacts (workspace_id, id, created_at, updated_at, version, name, email, phone, job_function, is_primary, internal_note, email_key, search_text, client_id) VALUES ($1, $2, $3, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id, client_id, name, email, phone, job_function, is_primary, internal_note, (email_key IS NOT NULL AND EXISTS (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = contacts.workspace_id AND m.client_id = contacts.client_id AND m.deleted_at IS NULL AND u.email_key = contacts.email_key)) AS portal_access, version, created_at, updated_at, deleted_at;

-- contacts update
UPDATE contacts SET name = $4, email = $5, phone = $6, job_function = $7, is_primary = $8, internal_note = $9, email_key = $10, search_text = $11, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, name, email, phone, job_function, is_primary, internal_note, (email_key IS NOT NULL AND EXISTS (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = contacts.workspace_id AND m.client_id = contacts.client_id AND m.deleted_at IS NULL AND u.email_key = contacts.email_key)) AS portal_access, version, created_at, updated_at, deleted_at;

-- engagements bury
UPDATE engagements SET title = '', description = NULL, internal_note = NULL, answer_note = NULL, accepted_by_name = NULL, declined_by_name = NULL, sort_key = '', search_text = '', search_internal = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, title, description, internal_note, starts_on, ends_on, time_zone, external_source, external_ref, kind, status, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, paused_at, pauses, ended_at, ended_on, archived_at, withdrawn_as, (SELECT c.archived_at IS NOT NULL FROM clients c WHERE c.workspace_id = engagements.workspace_id AND c.id = engagements.client_id) AS client_archived, (SELECT MAX(p.ends_on) FROM closings p WHERE p.workspace_id = engagements.workspace_id AND p.engagement_id = engagements.id) AS closed_on, version, created_at, updated_at, deleted_at;

-- engagements bury_of
UPDATE engagements SET title = '', description = NULL, internal_note = NULL, answer_note = NULL, accepted_by_name = NULL, declined_by_name = NULL, sort_key = '', search_text = '', search_internal = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- engagements check_ref
SELECT id FROM engagements WHERE workspace_id = $1 AND external_source = $2 AND external_ref = $3 AND deleted_at IS NULL;

-- engagements find
SELECT id, client_id, title, description, internal_note, starts_on, ends_on, time_zone, external_source, external_ref, kind, status, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, paused_at, pauses, ended_at, ended_on, archived_at, withdrawn_as, (SELECT c.archived_at IS NOT NULL FROM clients c WHERE c.workspace_id = engagements.workspace_id AND c.id = engagements.client_id) AS client_archived, (SELECT MAX(p.ends_on) FROM closings p WHERE p.workspace_id = engagements.workspace_id AND p.engagement_id = engagements.id) AS closed_on, version, created_at, updated_at, deleted_at FROM engagements WHERE workspace_id = $1 AND client_id = COALESCE($2, client_id) AND id = $3 AND deleted_at IS NULL AND (status <> 'draft' OR $4);

-- engagements find_by_ref
SELECT id, client_id, title, description, internal_note, starts_on, ends_on, time_zone, external_source, external_ref, kind, status, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, paused_at, pauses, ended_at, ended_on, archived_at, withdrawn_as, (SELECT c.archived_at IS NOT NULL FROM clients c WHERE c.workspace_id = engagements.workspace_id AND c.id = engagements.client_id) AS client_archived, (SELECT MAX(p.ends_on) FROM closings p WHERE p.workspace_id = engagements.workspace_id AND p.engagement_id = engagements.id) AS closed_on, version, created_at, updated_at, deleted_at FROM engagements WHERE workspace_id = $1 AND external_source = $2 AND external_ref = $3 AND deleted_at IS NULL;

-- engagements insert
INSERT INTO engagements (workspace_id, id, created_at, updated_at, version, client_id, title, description, internal_note, starts_on, ends_on, time_zone, external_source, external_ref, sort_key, search_text, search_internal, kind, status, accepted_elsewhere) VALUES ($1, $2, $3, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) RETURNING id, client_id, title, description, internal_note, starts_on, ends_on, time_zone, external_source, external_ref, kind, status, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, paused_at, pauses, ended_at, ended_on, archived_at, withdrawn_as, (SELECT c.archived_at IS NOT NULL FROM clients c WHERE c.workspace_id = engagements.workspace_id AND c.id = engagements.client_id) AS client_archived, (SELECT MAX(p.ends_on) FROM closings p WHERE p.workspace_id = engagements.workspace_id AND p.engagement_id = engagements.id) AS closed_on, version, created_at, updated_at, deleted_at;

-- engagements update
UPDATE engagements SET title = $4, description = $5, internal_note = $6, starts_on = $7, ends_on = $8, time_zone = $9, external_source = $10, external_ref = $11, sort_key = $12, search_text = $13, search_internal = $14, kind = $15, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, title, description, internal_note, starts_on, ends_on, time_zone, external_source, external_ref, kind, status, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, paused_at, pauses, ended_at, ended_on, archived_at, withdrawn_as, (SELECT c.archived_at IS NOT NULL FROM clients c WHERE c.workspace_id = engagements.workspace_id AND c.id = engagements.client_id) AS client_archived, (SELECT MAX(p.ends_on) FROM closings p WHERE p.workspace_id = engagements.workspace_id AND p.engagement_id = engagements.id) AS closed_on, version, created_at, updated_at, deleted_at;

-- extensions bury
UPDATE extensions SET reason = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, engagement_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = extensions.workspace_id AND e.id = extensions.engagement_id) AS engagement_status, minutes, reason, period_seq, status, requested_by, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, version, created_at, updated_at, deleted_at;

-- extensions bury_of
UPDATE extensions SET reason = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- extensions find
SELECT id, client_id, engagement_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = extensions.workspace_id AND e.id = extensions.engagement_id) AS engagement_status, minutes, reason, period_seq, status, requested_by, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, version, created_at, updated_at, deleted_at FROM extensions WHERE workspace_id = $1 AND client_id = COALESCE($2, client_id) AND id = $3 AND deleted_at IS NULL;

-- extensions insert
INSERT INTO extensions (workspace_id, id, created_at, updated_at, version, minutes, reason, period_seq, status, requested_by, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, client_id, engagement_id) VALUES ($1, $2, $3, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) RETURNING id, client_id, engagement_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = extensions.workspace_id AND e.id = extensions.engagement_id) AS engagement_status, minutes, reason, period_seq, status, requested_by, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, version, created_at, updated_at, deleted_at;

-- extensions update
UPDATE extensions SET minutes = $4, reason = $5, period_seq = $6, status = $7, requested_by = $8, withdrawn_at = $9, accepted_at = $10, accepted_by = $11, accepted_by_name = $12, accepted_version = $13, accepted_elsewhere = $14, declined_at = $15, declined_by = $16, declined_by_name = $17, answer_note = $18, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, engagement_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = extensions.workspace_id AND e.id = extensions.engagement_id) AS engagement_status, minutes, reason, period_seq, status, requested_by, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, version, created_at, updated_at, deleted_at;

-- platform::auth::lookup MEMBER_OF_KEY
SELECT k.workspace_id, k.id AS key_id, k.scopes, k.expires_at, k.last_used_at, m.id AS member_id, m.role, m.client_id, m.is_owner, u.id AS user_id, u.name AS user_name FROM api_keys k JOIN members m ON m.workspace_id = k.workspace_id AND m.id = k.member_id AND m.deleted_at IS NULL JOIN users u ON u.id = m.user_id JOIN workspaces w ON w.id = k.workspace_id AND w.deleted_at IS NULL WHERE k.hash = $1 AND k.revoked_at IS NULL;

-- platform::auth::lookup MEMBER_OF_SESSION
SELECT m.id AS member_id, m.role, m.client_id, m.is_owner, u.id AS user_id, u.name AS user_name FROM sessions s JOIN users u ON u.id = s.user_id JOIN members m ON m.user_id = u.id AND m.workspace_id = $3 AND m.deleted_at IS NULL JOIN workspaces w ON w.id = m.workspace_id AND w.deleted_at IS NULL WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $4;

-- platform::auth::lookup NOTE_KEY_USE
UPDATE api_keys SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2;

-- platform::cx::idempotency FIND
SELECT fingerprint, answer FROM idempotency_keys WHERE workspace_id = $1 AND key_hash = $2 AND created_at > $3;

-- platform::cx::idempotency FORGET
DELETE FROM idempotency_keys WHERE workspace_id = $1 AND created_at <= $2;

-- platform::cx::idempotency KEEP
INSERT INTO idempotency_keys (workspace_id, key_hash, fingerprint, answer, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, key_hash) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, answer = EXCLUDED.answer, created_at = EXCLUDED.created_at;

-- platform::events::store INSERT
INSERT INTO events (workspace_id, id, seq, type, occurred_at, actor, request_id, client_id, resource_type, resource_id, resource_version, data, client_data, changes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- platform::jobs::queue CLAIM
UPDATE jobs SET attempts = attempts + 1, in_hand = TRUE, run_at = $2 WHERE (workspace_id, id) IN (SELECT j.workspace_id, j.id FROM jobs j WHERE j.failed_at IS NULL AND j.run_at <= $1 AND (j.workspace_id, j.id) IN (WITH queue AS MATERIALIZED (SELECT workspace_id, id, run_at FROM jobs WHERE failed_at IS NULL AND run_at <= $2 AND (run_at <= $1 OR in_hand)) SELECT t.workspace_id, t.id FROM (SELECT p.workspace_id, p.id, p.place, DENSE_RANK() OVER (ORDER BY p.since, p.workspace_id) AS turn FROM (SELECT d.workspace_id, d.id, ROW_NUMBER() OVER (PARTITION BY d.workspace_id ORDER BY d.run_at, d.id) AS place, MIN(d.run_at) OVER (PARTITION BY d.workspace_id) AS since FROM queue d WHERE d.workspace_id NOT IN (SELECT workspace_id FROM queue WHERE run_at > $1)) AS p) AS t WHERE t.turn <= $3 AND t.place <= $4)) RETURNING workspace_id, id, kind, payload, attempts;

-- platform::jobs::queue DUE
SELECT COUNT(*), MIN(run_at) FROM jobs WHERE failed_at IS NULL AND run_at <= $1;

-- platform::jobs::queue ENQUEUE
INSERT INTO jobs (workspace_id, id, kind, payload, run_at, attempts, created_at) VALUES ($1, $2, $3, $4, $5, 0, $6);

-- platform::jobs::queue FINISH
DELETE FROM jobs WHERE workspace_id = $1 AND id = $2 AND attempts = $3;

-- platform::jobs::queue LEFT_OVER
SELECT COUNT(*) FROM jobs WHERE failed_at IS NOT NULL OR run_at <= $1;

-- platform::jobs::queue NEXT
SELECT run_at FROM jobs WHERE failed_at IS NULL ORDER BY run_at, id LIMIT 1;

-- platform::jobs::queue PUT_OFF
UPDATE jobs SET in_hand = FALSE, run_at = $4, last_error = $5, failed_at = $6 WHERE workspace_id = $1 AND id = $2 AND attempts = $3;

-- platform::jobs::queue WITHDRAW
DELETE FROM jobs WHERE workspace_id = $1 AND kind = $2 AND payload = $3;

-- platform::mail::store ENQUEUE
INSERT INTO mails (id, workspace_id, kind, recipient, sealed, status, attempts, next_attempt_at, in_hand, expires_at, message_id, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, 'queued', 0, $6, FALSE, $7, $8, $9, $9);

-- platform::mail::store::OUTBOX CLAIM
UPDATE mails SET attempts = attempts + 1, in_hand = TRUE, next_attempt_at = $2, updated_at = CASE WHEN updated_at < $1 THEN $1 ELSE updated_at END WHERE id IN (SELECT m.id FROM mails m WHERE m.status = 'queued' AND m.next_attempt_at <= $1 AND m.id IN (WITH queue AS MATERIALIZED (SELECT id, workspace_id, next_attempt_at, in_hand FROM mails WHERE status = 'queued') SELECT r.id FROM (SELECT d.id, d.next_attempt_at, COALESCE(h.number, 0) + ROW_NUMBER() OVER (PARTITION BY d.workspace_id ORDER BY d.next_attempt_at, d.id) AS place FROM queue d LEFT JOIN (SELECT workspace_id, COUNT(*) AS number FROM queue WHERE in_hand AND next_attempt_at > $1 GROUP BY workspace_id) AS h ON h.workspace_id IS NOT DISTINCT FROM d.workspace_id WHERE d.next_attempt_at <= $1) AS r ORDER BY r.place, r.next_attempt_at, r.id LIMIT $3)) RETURNING id, kind, attempts, expires_at, recipient, sealed, message_id, created_at;

-- platform::mail::store::OUTBOX DUE
SELECT COUNT(*), MIN(next_attempt_at) FROM mails WHERE status = 'queued' AND next_attempt_at <= $1;

-- platform::mail::store::OUTBOX EXPIRE
UPDATE mails SET status = 'expired', sealed = NULL, in_hand = FALSE, next_attempt_at = NULL, settled_at = $1, updated_at = CASE WHEN updated_at < $1 THEN $1 ELSE updated_at END WHERE status = 'queued' AND next_attempt_at <= $1 AND (expires_at <= $1 OR EXISTS (SELECT 1 FROM workspaces w WHERE w.id = mails.workspace_id AND w.deleted_at IS NOT NULL));

-- platform::mail::store::OUTBOX FORGET
DELETE FROM mails WHERE settled_at <= $1;

-- platform::mail::store::OUTBOX NEXT
SELECT next_attempt_at FROM mails WHERE status = 'queued' ORDER BY next_attempt_at, id LIMIT 1;

-- platform::mail::store::OUTBOX PUT_OFF
UPDATE mails SET in_hand = FALSE, next_attempt_at = $3, last_error = $4, updated_at = CASE WHEN updated_at < $5 THEN $5 ELSE updated_at END WHERE id = $1 AND attempts = $2 AND status = 'queued';

-- platform::mail::store::OUTBOX RENEW
UPDATE mails SET next_attempt_at = $3 WHERE id = $1 AND attempts = $2 AND status = 'queued' AND in_hand;

-- platform::mail::store::OUTBOX SETTLE
UPDATE mails SET status = $3, last_error = COALESCE($4, last_error), sealed = NULL, in_hand = FALSE, next_attempt_at = NULL, settled_at = $5, updated_at = CASE WHEN updated_at < $5 THEN $5 ELSE updated_at END WHERE id = $1 AND attempts = $2 AND status = 'queued';

-- slices::accounts::api_keys::store FIND
SELECT id, member_id, name, scopes, last_four, expires_at, last_used_at, revoked_at, version, created_at, updated_at FROM api_keys WHERE workspace_id = $1 AND id = $2 AND member_id = COALESCE($3, member_id) AND revoked_at IS NULL;

-- slices::accounts::api_keys::store INSERT
INSERT INTO api_keys (workspace_id, id, member_id, name, sort_key, scopes, hash, last_four, expires_at, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10) RETURNING id, member_id, name, scopes, last_four, expires_at, last_used_at, revoked_at, version, created_at, updated_at;

-- slices::accounts::api_keys::store OF_MEMBER
SELECT id, member_id, name, scopes, last_four, expires_at, last_used_at, revoked_at, version, created_at, updated_at FROM api_keys WHERE workspace_id = $1 AND member_id = $2 AND revoked_at IS NULL ORDER BY id;

-- slices::accounts::api_keys::store REVOKE
UPDATE api_keys SET revoked_at = $3, name = '', sort_key = '', version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, member_id, name, scopes, last_four, expires_at, last_used_at, revoked_at, version, created_at, updated_at;

-- slices::accounts::invitations::store ACCEPT
UPDATE invitations SET accepted_at = $3, accepted_by = $4, address_verified = $5, version = version + 1, updated_at = $6 WHERE workspace_id = $1 AND id = $2 RETURNING workspace_id, id, email, name, role, client_id, invited_by, mailed_token_hash, expires_at, accepted_at, accepted_by, address_verified, revoked_at, version, created_at, updated_at;

-- slices::accounts::invitations::store BY_TOKEN
SELECT workspace_id, id, email, name, role, client_id, invited_by, mailed_token_hash, expires_at, accepted_at, accepted_by, address_verified, revoked_at, version, created_at, updated_at FROM invitations WHERE token_hash = $1 OR mailed_token_hash = $1;

-- slices::accounts::invitations::store COUNT_OF_CLIENT
SELECT COUNT(*) FROM invitations WHERE workspace_id = $1 AND client_id = $2 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3;

-- slices::accounts::invitations::store FIND
SELECT workspace_id, id, email, name, role, client_id, invited_by, mailed_token_hash, expires_at, accepted_at, accepted_by, address_verified, revoked_at, version, created_at, updated_at FROM invitations WHERE workspace_id = $1 AND id = $2;

-- slices::accounts::invitations::store INSERT
INSERT INTO invitations (workspace_id, id, email, name, role, client_id, invited_by, token_hash, mailed_token_hash, expires_at, address_verified, search_text, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $13) RETURNING workspace_id, id, email, name, role, client_id, invited_by, mailed_token_hash, expires_at, accepted_at, accepted_by, address_verified, revoked_at, version, created_at, updated_at;

-- slices::accounts::invitations::store PENDING_OF
SELECT workspace_id, id, email, name, role, client_id, invited_by, mailed_token_hash, expires_at, accepted_at, accepted_by, address_verified, revoked_at, version, created_at, updated_at FROM invitations WHERE workspace_id = $1 AND invited_by = $2 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3 ORDER BY id;

-- slices::accounts::invitations::store REVOKE
UPDATE invitations SET revoked_at = $3, version = version + 1, updated_at = $4 WHERE workspace_id = $1 AND id = $2 RETURNING workspace_id, id, email, name, role, client_id, invited_by, mailed_token_hash, expires_at, accepted_at, accepted_by, address_verified, revoked_at, version, created_at, updated_at;

-- slices::accounts::members::store ADDRESSES_OF_ASSISTANTS
SELECT u.email FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.role = 'assistant' AND m.deleted_at IS NULL ORDER BY u.email;

-- slices::accounts::members::store BURY
UPDATE members SET deleted_at = $3, rate_minor = NULL, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2;

-- slices::accounts::members::store BY_EMAIL
SELECT m.id, m.user_id, u.name, u.email, u.email_verified_at, m.role, m.is_owner, m.client_id, m.rate_minor, m.version, m.created_at, m.updated_at, m.deleted_at FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND u.email_key = $2 AND m.deleted_at IS NULL;

-- slices::accounts::members::store COUNT_OF_CLIENT
SELECT COUNT(*) FROM members WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- slices::accounts::members::store FIND
SELECT m.id, m.user_id, u.name, u.email, u.email_verified_at, m.role, m.is_owner, m.client_id, m.rate_minor, m.version, m.created_at, m.updated_at, m.deleted_at FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.id = $2;

-- slices::accounts::members::store INSERT
INSERT INTO members (workspace_id, id, user_id, role, client_id, is_owner, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7);

-- slices::accounts::members::store OF_USER
SELECT m.id, m.user_id, u.name, u.email, u.email_verified_at, m.role, m.is_owner, m.client_id, m.rate_minor, m.version, m.created_at, m.updated_at, m.deleted_at FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.user_id = $2 AND m.deleted_at IS NULL;

-- slices::accounts::members::store SET_OWNER
UPDATE members SET is_owner = $3, version = version + 1, updated_at = $4 WHERE workspace_id = $1 AND id = $2;

-- slices::accounts::members::store SET_RATE
UPDATE members SET rate_minor = $3, version = version + 1, updated_at = $4 WHERE workspace_id = $1 AND id = $2;

-- slices::accounts::members::store TOUCH
UPDATE members SET version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2;

-- slices::accounts::sessions::store INSERT
INSERT INTO sessions (id, user_id, workspace_id, user_agent, version, created_at, last_used_at, expires_at) VALUES ($1, $2, $3, $4, 1, $5, $5, $6);

-- slices::accounts::sessions::store INSERT_TOKEN
INSERT INTO refresh_tokens (hash, session_id, created_at) VALUES ($1, $2, $3);

-- slices::accounts::sessions::store LOCK_OWN
UPDATE sessions SET version = version WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > $3 AND last_used_at > $4 RETURNING id, workspace_id, user_agent, version, created_at, last_used_at, expires_at;

-- slices::accounts::sessions::store REVOKE
UPDATE sessions SET revoked_at = $2, revoked_because = $3 WHERE id = $1 AND revoked_at IS NULL;

-- slices::accounts::sessions::store REVOKE_ALL
UPDATE sessions SET revoked_at = $2, revoked_because = $3 WHERE user_id = $1 AND revoked_at IS NULL;

-- slices::accounts::sessions::store REVOKE_OTHERS
UPDATE sessions SET revoked_at = $2, revoked_because = $3 WHERE user_id = $1 AND id <> $4 AND revoked_at IS NULL;

-- slices::accounts::sessions::store SESSION_OF_TOKEN
SELECT session_id, used_at FROM refresh_tokens WHERE hash = $1;

-- slices::accounts::sessions::store SWEEP_OLD
DELETE FROM sessions WHERE user_id = $1 AND expires_at <= $2;

-- slices::accounts::sessions::store SWEEP_OLD_TOKENS
DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM sessions WHERE user_id = $1 AND expires_at <= $2);

-- slices::accounts::sessions::store SWITCH
UPDATE sessions SET workspace_id = $2 WHERE id = $1;

-- slices::accounts::sessions::store USE
UPDATE sessions SET last_used_at = $2, version = version + 1 WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2 RETURNING user_id, workspace_id;

-- slices::accounts::sessions::store USE_TOKEN
UPDATE refresh_tokens SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND created_at > $3 RETURNING session_id;

-- slices::accounts::users::store BY_EMAIL
SELECT id, email, email_verified_at, name, password_hash, version, created_at, updated_at FROM users WHERE email_key = $1;

-- slices::accounts::users::store FIND
SELECT id, email, email_verified_at, name, password_hash, version, created_at, updated_at FROM users WHERE id = $1;

-- slices::accounts::users::store FIND_TOKEN
SELECT user_id FROM mailed_tokens WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3;

-- slices::accounts::users::store INSERT
INSERT INTO users (id, email, email_key, email_verified_at, name, sort_key, password_hash, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8) RETURNING id, email, email_verified_at, name, password_hash, version, created_at, updated_at;

-- slices::accounts::users::store INSERT_TOKEN
INSERT INTO mailed_tokens (hash, user_id, purpose, new_email, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6);

-- slices::accounts::users::store LOCK
UPDATE users SET version = version WHERE id = $1 RETURNING id, email, email_verified_at, name, password_hash, version, created_at, updated_at;

-- slices::accounts::users::store PENDING_EMAIL
SELECT new_email FROM mailed_tokens WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 ORDER BY created_at DESC LIMIT 1;

-- slices::accounts::users::store SET_EMAIL
UPDATE users SET email = $2, email_key = $3, email_verified_at = $4, version = version + 1, updated_at = $5 WHERE id = $1 RETURNING id, email, email_verified_at, name, password_hash, version, created_at, updated_at;

-- slices::accounts::users::store SET_PASSWORD
UPDATE users SET password_hash = $2, version = version + 1, updated_at = $3 WHERE id = $1;

-- slices::accounts::users::store SET_PROFILE
UPDATE users SET name = $2, sort_key = $3, email = $4, version = version + 1, updated_at = $5 WHERE id = $1 RETURNING id, email, email_verified_at, name, password_hash, version, created_at, updated_at;

-- slices::accounts::users::store SWEEP_TOKENS
DELETE FROM mailed_tokens WHERE user_id = $1 AND expires_at <= $2;

-- slices::accounts::users::store USE_TOKEN
UPDATE mailed_tokens SET used_at = $3 WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 RETURNING user_id, new_email;

-- slices::accounts::users::store VERIFY_EMAIL
UPDATE users SET email_verified_at = $2, version = version + 1, updated_at = $3 WHERE id = $1 AND email_verified_at IS NULL;

-- slices::accounts::users::store VOID_TOKENS
UPDATE mailed_tokens SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL AND purpose = COALESCE($3, purpose);

-- slices::accounts::workspaces::store ANY
SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT id FROM workspaces WHERE deleted_at IS NULL LIMIT 1) AS w;

-- slices::accounts::workspaces::store AREAS
SELECT areas FROM workspaces WHERE id = $1;

-- slices::accounts::workspaces::store BURY
UPDATE workspaces SET deleted_at = $2, version = version + 1, updated_at = $2 WHERE id = $1 RETURNING id, name, time_zone, currency, language, overlap_policy, areas, version, created_at, updated_at;

-- slices::accounts::workspaces::store COUNT_RATES
SELECT COUNT(*) FROM members WHERE workspace_id = $1 AND rate_minor IS NOT NULL AND deleted_at IS NULL;

-- slices::accounts::workspaces::store FIND
SELECT w.id, w.name, w.time_zone, w.currency, w.language, w.overlap_policy, w.areas, w.version, w.created_at, w.updated_at FROM workspaces w WHERE w.id = $1 AND w.deleted_at IS NULL;

-- slices::accounts::workspaces::store INSERT
INSERT INTO workspaces (id, name, time_zone, currency, language, overlap_policy, areas, sort_key, revision, changed_at, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, 1, $9, $9);

-- slices::accounts::workspaces::store LOCK_REGISTRATION
INSERT INTO registration_locks (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = EXCLUDED.name;

-- slices::accounts::workspaces::store MEMBERSHIPS
SELECT w.id, w.name, w.time_zone, w.currency, w.language, w.overlap_policy, w.areas, w.version, w.created_at, w.updated_at, m.id AS member_id, m.role, m.is_owner, m.client_id FROM members m JOIN workspaces w ON w.id = m.workspace_id AND w.deleted_at IS NULL WHERE m.user_id = $1 AND m.deleted_at IS NULL ORDER BY w.id;

-- slices::accounts::workspaces::store UPDATE
UPDATE workspaces SET name = $2, time_zone = $3, currency = $4, language = $5, overlap_policy = $6, areas = $7, sort_key = $8, version = version + 1, updated_at = $9 WHERE id = $1 RETURNING id, name, time_zone, currency, language, overlap_policy, areas, version, created_at, updated_at;

-- slices::accounts::workspaces::store USUAL_MEMBERSHIP
SELECT w.id, w.name, w.time_zone, w.currency, w.language, w.overlap_policy, w.areas, w.version, w.created_at, w.updated_at, m.id AS member_id, m.role, m.is_owner, m.client_id FROM members m JOIN workspaces w ON w.id = m.workspace_id AND w.deleted_at IS NULL WHERE m.user_id = $1 AND m.deleted_at IS NULL AND w.id = COALESCE($2, w.id) ORDER BY (SELECT MAX(s.last_used_at) FROM sessions s WHERE s.user_id = m.user_id AND s.workspace_id = w.id) DESC NULLS LAST, m.created_at, m.id LIMIT 1;

-- slices::balance_links::store BY_TOKEN
SELECT l.workspace_id, l.id, l.engagement_id, l.expires_at, l.revoked_at, l.last_used_at, COALESCE(c.language, w.language) AS language FROM balance_links l JOIN workspaces w ON w.id = l.workspace_id AND w.deleted_at IS NULL JOIN clients c ON c.workspace_id = l.workspace_id AND c.id = l.client_id AND c.deleted_at IS NULL WHERE l.token_hash = $1 AND l.deleted_at IS NULL;

-- slices::balance_links::store NOTE_USE
UPDATE balance_links SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2;

-- slices::clients::channels::store OF_CONTACT
SELECT id, client_id, kind, address, label, purpose, preference, reachable_hours, contact_id, version, created_at, updated_at, deleted_at FROM channels WHERE workspace_id = $1 AND client_id = $2 AND contact_id = $3 AND deleted_at IS NULL ORDER BY id;

-- slices::clients::contacts::store PRIMARY
SELECT id, client_id, name, email, phone, job_function, is_primary, internal_note, (email_key IS NOT NULL AND EXISTS (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = contacts.workspace_id AND m.client_id = contacts.client_id AND m.deleted_at IS NULL AND u.email_key = contacts.email_key)) AS portal_access, version, created_at, updated_at, deleted_at FROM contacts WHERE workspace_id = $1 AND client_id = $2 AND is_primary = $3 AND deleted_at IS NULL;

-- slices::clients::store ADDRESSES_OF
SELECT u.email FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.client_id = $2 AND m.deleted_at IS NULL ORDER BY u.email;

-- slices::clients::store LANGUAGE_OF
SELECT language FROM clients WHERE workspace_id = $1 AND id = $2;

-- slices::clients::store SET_ARCHIVED
UPDATE clients SET archived_at = $3, version = version + 1, updated_at = $4 WHERE workspace_id = $1 AND id = $2 RETURNING id, name, legal_name, kind, stage, billing_address, vat_id, email, currency, time_zone, language, payment_term_days, default_terms, working_hours, tags, client_note, internal_note, external_source, external_ref, archived_at, version, created_at, updated_at, deleted_at;

-- slices::clients::store WORKSPACE_DEFAULTS
SELECT currency, time_zone, language FROM workspaces WHERE id = $1;

-- slices::engagements::store COUNT_OF_CLIENT
SELECT COUNT(*) FROM engagements WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- slices::engagements::store SET_LIFE
UPDATE engagements SET status = $3, proposed_at = $4, withdrawn_at = $5, paused_at = $6, pauses = $7, ended_at = $8, ended_on = $9, archived_at = $10, accepted_at = $11, accepted_by = $12, accepted_by_name = $13, accepted_version = $14, accepted_elsewhere = $15, declined_at = $16, declined_by = $17, declined_by_name = $18, answer_note = $19, version = version + 1, updated_at = $20, withdrawn_as = $21 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, title, description, internal_note, starts_on, ends_on, time_zone, external_source, external_ref, kind, status, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, paused_at, pauses, ended_at, ended_on, archived_at, withdrawn_as, (SELECT c.archived_at IS NOT NULL FROM clients c WHERE c.workspace_id = engagements.workspace_id AND c.id = engagements.client_id) AS client_archived, (SELECT MAX(p.ends_on) FROM closings p WHERE p.workspace_id = engagements.workspace_id AND p.engagement_id = engagements.id) AS closed_on, version, created_at, updated_at, deleted_at;

-- slices::engagements::store TOUCH
UPDATE engagements SET version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, title, description, internal_note, starts_on, ends_on, time_zone, external_source, external_ref, kind, status, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, paused_at, pauses, ended_at, ended_on, archived_at, withdrawn_as, (SELECT c.archived_at IS NOT NULL FROM clients c WHERE c.workspace_id = engagements.workspace_id AND c.id = engagements.client_id) AS client_archived, (SELECT MAX(p.ends_on) FROM closings p WHERE p.workspace_id = engagements.workspace_id AND p.engagement_id = engagements.id) AS closed_on, version, created_at, updated_at, deleted_at;

-- slices::engagements::store WITH_LATER_TERMS
SELECT id, client_id, title, description, internal_note, starts_on, ends_on, time_zone, external_source, external_ref, kind, status, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, paused_at, pauses, ended_at, ended_on, archived_at, withdrawn_as, (SELECT c.archived_at IS NOT NULL FROM clients c WHERE c.workspace_id = engagements.workspace_id AND c.id = engagements.client_id) AS client_archived, (SELECT MAX(p.ends_on) FROM closings p WHERE p.workspace_id = engagements.workspace_id AND p.engagement_id = engagements.id) AS closed_on, version, created_at, updated_at, deleted_at FROM engagements WHERE workspace_id = $1 AND deleted_at IS NULL AND id IN (SELECT engagement_id FROM engagement_terms WHERE workspace_id = $1 AND accepted_at IS NOT NULL AND deleted_at IS NULL GROUP BY engagement_id HAVING COUNT(*) > 1 AND MAX(effective_from) >= $2) ORDER BY id;

-- slices::engagements::store WORKSPACE_NAME
SELECT name FROM workspaces WHERE id = $1;

-- slices::engagements::store::milestones INSERT
INSERT INTO milestone_acceptances (workspace_id, id, client_id, engagement_id, title, amount_minor, currency, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, answer_note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- slices::engagements::store::milestones OF
SELECT id, title, amount_minor, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, answer_note FROM milestone_acceptances WHERE workspace_id = $1 AND engagement_id = $2 ORDER BY accepted_at, id;

-- slices::engagements::store::terms BURY
UPDATE engagement_terms SET deleted_at = $3, terms = NULL, reason = NULL, answer_note = NULL, accepted_by_name = NULL, declined_by_name = NULL, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL;

-- slices::engagements::store::terms FIND
SELECT id, engagement_id, client_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = engagement_terms.workspace_id AND e.id = engagement_terms.engagement_id) AS engagement_status, status, effective_from, terms, reason, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, version, created_at, updated_at, deleted_at FROM engagement_terms WHERE workspace_id = $1 AND engagement_id = $2 AND id = $3 AND deleted_at IS NULL;

-- slices::engagements::store::terms INSERT
INSERT INTO engagement_terms (workspace_id, id, client_id, engagement_id, status, effective_from, terms, reason, proposed_at, accepted_elsewhere, rounds_by_period, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $11, $12, 1, $10, $10) RETURNING id, engagement_id, client_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = engagement_terms.workspace_id AND e.id = engagement_terms.engagement_id) AS engagement_status, status, effective_from, terms, reason, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, version, created_at, updated_at, deleted_at;

-- slices::engagements::store::terms OF
SELECT id, engagement_id, client_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = engagement_terms.workspace_id AND e.id = engagement_terms.engagement_id) AS engagement_status, status, effective_from, terms, reason, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, version, created_at, updated_at, deleted_at FROM engagement_terms WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL ORDER BY created_at, id;

-- slices::engagements::store::terms SET_STATUS
UPDATE engagement_terms SET status = $3, proposed_at = $4, withdrawn_at = $5, accepted_at = $6, accepted_by = $7, accepted_by_name = $8, accepted_version = $9, accepted_elsewhere = $10, declined_at = $11, declined_by = $12, declined_by_name = $13, answer_note = $14, version = version + 1, updated_at = $15 WHERE workspace_id = $1 AND id = $2 RETURNING id, engagement_id, client_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = engagement_terms.workspace_id AND e.id = engagement_terms.engagement_id) AS engagement_status, status, effective_from, terms, reason, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, version, created_at, updated_at, deleted_at;

-- slices::engagements::store::terms UPDATE
UPDATE engagement_terms SET effective_from = $3, terms = $4, rounds_by_period = $6, version = version + 1, updated_at = $5 WHERE workspace_id = $1 AND id = $2 RETURNING id, engagement_id, client_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = engagement_terms.workspace_id AND e.id = engagement_terms.engagement_id) AS engagement_status, status, effective_from, terms, reason, proposed_at, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, version, created_at, updated_at, deleted_at;

-- slices::events::store FIND
SELECT id, seq, type, occurred_at, actor, request_id, client_id, resource_type, resource_id, resource_version, data, client_data, changes FROM events WHERE workspace_id = $1 AND id = $2;

-- slices::events::store SEQ
SELECT seq FROM events WHERE workspace_id = $1 AND id = $2;

-- slices::events::store SEQ_OF_CLIENT
SELECT seq FROM events WHERE workspace_id = $1 AND id = $2 AND client_id = $3;

-- slices::packages::store ALERTS_OF
SELECT id, client_id, engagement_id, subject, period_seq, block_id, percent, used_seconds, limit_seconds, used_minor, limit_minor, reached_at, cleared_at, acknowledged_at, version, created_at, updated_at, deleted_at FROM alerts WHERE workspace_id = $1 AND engagement_id = $2 AND (period_seq >= $3 OR period_seq = 0) AND deleted_at IS NULL;

-- slices::packages::store BLOCKS_OF_ENGAGEMENT
SELECT id, client_id, engagement_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = blocks.workspace_id AND e.id = blocks.engagement_id) AS engagement_status, title, reason, minutes, bonus_minutes, price_minor, valid_from, valid_until, valid_days, paid_on, currency, is_top_up, status, starts_on, ends_on, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, voided_at, void_on, void_reason, void_given_seconds, version, created_at, updated_at, deleted_at FROM blocks WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL ORDER BY created_at, id;

-- slices::packages::store EXTENSIONS_OF_ENGAGEMENT
SELECT id, client_id, engagement_id, (SELECT e.status FROM engagements e WHERE e.workspace_id = extensions.workspace_id AND e.id = extensions.engagement_id) AS engagement_status, minutes, reason, period_seq, status, requested_by, withdrawn_at, accepted_at, accepted_by, accepted_by_name, accepted_version, accepted_elsewhere, declined_at, declined_by, declined_by_name, answer_note, version, created_at, updated_at, deleted_at FROM extensions WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL ORDER BY created_at, id;

-- slices::packages::store GRANTED
SELECT EXISTS (SELECT 1 FROM adjustments WHERE workspace_id = $1 AND engagement_id = $2) AS adjustments, EXISTS (SELECT 1 FROM blocks WHERE workspace_id = $1 AND engagement_id = $2) AS blocks, EXISTS (SELECT 1 FROM extensions WHERE workspace_id = $1 AND engagement_id = $2) AS extensions, EXISTS (SELECT 1 FROM alerts WHERE workspace_id = $1 AND engagement_id = $2) AS alerts;

-- slices::packages::store OF_ENGAGEMENT
SELECT id, client_id, engagement_id, kind, minutes, reason, period_seq, valid_until, version, created_at, updated_at, deleted_at FROM adjustments WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL ORDER BY id;

-- slices::packages::store::checkpoints CHECKPOINTS_AROUND
SELECT seq, overage_seconds, left_seconds, balance FROM checkpoints WHERE workspace_id = $1 AND engagement_id = $2 AND seq >= COALESCE((SELECT MAX(c.seq) FROM checkpoints c WHERE c.workspace_id = $1 AND c.engagement_id = $2 AND c.seq < $3), 0) ORDER BY seq;

-- slices::packages::store::checkpoints CHECKPOINTS_FROM
SELECT seq, overage_seconds, left_seconds, balance FROM checkpoints WHERE workspace_id = $1 AND engagement_id = $2 AND seq >= $3 ORDER BY seq;

-- slices::packages::store::checkpoints DROP_CHECKPOINTS
DELETE FROM checkpoints WHERE workspace_id = $1 AND engagement_id = $2 AND seq >= $3;

-- slices::packages::store::checkpoints LAST_CHECKPOINT
SELECT seq, overage_seconds, left_seconds, balance FROM checkpoints WHERE workspace_id = $1 AND engagement_id = $2 AND seq < $3 ORDER BY seq DESC LIMIT 1;

-- slices::packages::store::closings CLOSING_DAY
SELECT due_on FROM closing_days WHERE workspace_id = $1 AND engagement_id = $2;

-- slices::packages::store::closings CLOSING_DAYS
SELECT engagement_id, due_on FROM closing_days WHERE workspace_id = $1 AND due_on IS NOT NULL ORDER BY due_on, engagement_id;

-- slices::packages::store::closings DELETE_CLOSING
DELETE FROM closings WHERE workspace_id = $1 AND engagement_id = $2 AND seq = $3;

-- slices::packages::store::closings INSERT_CLOSING
INSERT INTO closings (workspace_id, engagement_id, seq, ends_on, closed_at) VALUES ($1, $2, $3, $4, $5);

-- slices::packages::store::closings LAST_CLOSING
SELECT MAX(seq) FROM closings WHERE workspace_id = $1 AND engagement_id = $2;

-- slices::packages::store::closings LAST_REOPENED
SELECT reopened_seq FROM closing_days WHERE workspace_id = $1 AND engagement_id = $2;

-- slices::packages::store::closings SET_CLOSING_DAY
INSERT INTO closing_days (workspace_id, engagement_id, reopened_seq, due_on) VALUES ($1, $2, 0, $3) ON CONFLICT (workspace_id, engagement_id) DO UPDATE SET due_on = excluded.due_on;

-- slices::packages::store::closings SET_REOPENED
INSERT INTO closing_days (workspace_id, engagement_id, reopened_seq) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, engagement_id) DO UPDATE SET reopened_seq = excluded.reopened_seq WHERE closing_days.reopened_seq < excluded.reopened_seq;

-- slices::shares::store BURY
UPDATE share_links SET deleted_at = $3, title = NULL, url = '', place_key = '', sealed_fragment = NULL, sealed_password = NULL, client_note = NULL, internal_note = NULL, sort_key = '', search_text = '', search_internal = '', version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2;

-- slices::shares::store COUNT_OF_CLIENT
SELECT COUNT(*) FROM share_links WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- slices::shares::store COUNT_OF_ENGAGEMENT
SELECT COUNT(*) FROM share_links WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL;

-- slices::shares::store COUNT_OF_TASK
SELECT COUNT(*) FROM share_links WHERE workspace_id = $1 AND task_id = $2 AND deleted_at IS NULL;

-- slices::shares::store FIND
SELECT s.id, s.client_id, s.engagement_id, s.task_id, s.source, s.provider, s.added_by, s.visibility, s.hidden_at, s.hidden_version, s.title, s.url, (s.sealed_fragment IS NOT NULL) AS has_fragment, (s.sealed_password IS NOT NULL) AS has_password, s.client_note, s.internal_note, s.expiry_kind, s.ends_at, s.told_end, s.revoked_at, s.version, s.created_at, s.updated_at, s.deleted_at, (e.id IS NULL OR e.status <> 'draft') AS engagement_shown, t.status AS task_status, t.visibility AS task_visibility, CASE WHEN t.due_on IS NULL AND t.due_at IS NULL THEN NULL ELSE t.due_key END AS task_due_at FROM share_links s LEFT JOIN engagements e ON e.workspace_id = s.workspace_id AND e.id = s.engagement_id LEFT JOIN tasks t ON t.workspace_id = s.workspace_id AND t.id = s.task_id WHERE s.workspace_id = $1 AND s.client_id = COALESCE($2, s.client_id) AND s.id = $3 AND (s.visibility = 'shared' OR $4) AND s.deleted_at IS NULL;

-- slices::shares::store FIND_CHANGED
SELECT s.id, s.client_id, s.engagement_id, s.task_id, s.source, s.provider, s.added_by, s.visibility, s.hidden_at, s.hidden_version, s.title, s.url, (s.sealed_fragment IS NOT NULL) AS has_fragment, (s.sealed_password IS NOT NULL) AS has_password, s.client_note, s.internal_note, s.expiry_kind, s.ends_at, s.told_end, s.revoked_at, s.version, s.created_at, s.updated_at, s.deleted_at, (e.id IS NULL OR e.status <> 'draft') AS engagement_shown, t.status AS task_status, t.visibility AS task_visibility, CASE WHEN t.due_on IS NULL AND t.due_at IS NULL THEN NULL ELSE t.due_key END AS task_due_at FROM share_links s LEFT JOIN engagements e ON e.workspace_id = s.workspace_id AND e.id = s.engagement_id LEFT JOIN tasks t ON t.workspace_id = s.workspace_id AND t.id = s.task_id WHERE s.workspace_id = $1 AND s.id = $2;

-- slices::shares::store INSERT
INSERT INTO share_links (workspace_id, id, client_id, source, provider, added_by, url, place_key, sealed_fragment, sealed_password, engagement_id, task_id, visibility, title, client_note, internal_note, expiry_kind, ends_at, sort_key, search_text, search_internal, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, 1, $22, $22);

-- slices::shares::store REVOKE
UPDATE share_links SET revoked_at = $3, version = version + 1, updated_at = $4 WHERE workspace_id = $1 AND id = $2;

-- slices::shares::store SECRETS
SELECT sealed_fragment, sealed_password FROM share_links WHERE workspace_id = $1 AND client_id = COALESCE($2, client_id) AND id = $3 AND (visibility = 'shared' OR $4) AND deleted_at IS NULL;

-- slices::shares::store SET_PASSWORD
UPDATE share_links SET sealed_password = $3 WHERE workspace_id = $1 AND id = $2;

-- slices::shares::store TELL_END
UPDATE share_links SET told_end = ends_at, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2;

-- slices::shares::store UPDATE
UPDATE share_links SET engagement_id = $3, task_id = $4, visibility = $5, title = $6, client_note = $7, internal_note = $8, expiry_kind = $9, ends_at = $10, sort_key = $11, search_text = $12, search_internal = $13, hidden_at = $14, hidden_version = $15, version = version + 1, updated_at = $16 WHERE workspace_id = $1 AND id = $2;

-- slices::system::store ONE
SELECT CAST(1 AS BIGINT);

-- slices::tasks::comments::store BURY
UPDATE comments SET deleted_at = $3, text = '', search_text = '', version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, task_id, text, visibility, author_id, author_name, (SELECT m.role FROM members m WHERE m.workspace_id = comments.workspace_id AND m.id = comments.author_id) AS author_role, edited_at, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = comments.workspace_id AND t.id = comments.task_id) AS task_visibility, version, created_at, updated_at, deleted_at;

-- slices::tasks::comments::store FIND
SELECT id, client_id, task_id, text, visibility, author_id, author_name, (SELECT m.role FROM members m WHERE m.workspace_id = comments.workspace_id AND m.id = comments.author_id) AS author_role, edited_at, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = comments.workspace_id AND t.id = comments.task_id) AS task_visibility, version, created_at, updated_at, deleted_at FROM comments WHERE workspace_id = $1 AND task_id = $2 AND id = $3 AND client_id = COALESCE($4, client_id) AND visibility = COALESCE($5, visibility) AND deleted_at IS NULL;

-- slices::tasks::comments::store INSERT
INSERT INTO comments (workspace_id, id, client_id, task_id, author_id, visibility, text, search_text, version, created_at, updated_at, author_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.id = $5)) RETURNING id, client_id, task_id, text, visibility, author_id, author_name, (SELECT m.role FROM members m WHERE m.workspace_id = comments.workspace_id AND m.id = comments.author_id) AS author_role, edited_at, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = comments.workspace_id AND t.id = comments.task_id) AS task_visibility, version, created_at, updated_at, deleted_at;

-- slices::tasks::comments::store UPDATE
UPDATE comments SET text = $3, search_text = $4, edited_at = $5, version = version + 1, updated_at = $5 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, task_id, text, visibility, author_id, author_name, (SELECT m.role FROM members m WHERE m.workspace_id = comments.workspace_id AND m.id = comments.author_id) AS author_role, edited_at, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = comments.workspace_id AND t.id = comments.task_id) AS task_visibility, version, created_at, updated_at, deleted_at;

-- slices::tasks::store BURY_COMMENTS
UPDATE comments SET deleted_at = $3, text = '', search_text = '', version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND task_id = $2 AND deleted_at IS NULL;

-- slices::tasks::store COMMENTS_OF
SELECT id FROM comments WHERE workspace_id = $1 AND task_id = $2;

-- slices::tasks::store COUNT_OF_CLIENT
SELECT COUNT(*) FROM tasks WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- slices::tasks::store COUNT_OF_ENGAGEMENT
SELECT COUNT(*) FROM tasks WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL;

-- slices::tasks::store COUNT_RATED_OF_CLIENT
SELECT COUNT(*) FROM tasks WHERE workspace_id = $1 AND client_id = $2 AND rate_minor IS NOT NULL AND deleted_at IS NULL;

-- slices::tasks::store SET_STATUS
UPDATE tasks SET status = $3, waiting_since = $4, waited_seconds = $5, completed_at = $6, version = version + 1, updated_at = $7 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, client_id, engagement_id, title, description, area, priority, start_on, due_on, due_at, estimated_minutes, rate_minor, billable, assignee_id, checklist, tags, visibility, internal_note, external_source, external_ref, status, waiting_since, waited_seconds, completed_at, hidden_at, hidden_version, (SELECT e.status <> 'draft' FROM engagements e WHERE e.workspace_id = tasks.workspace_id AND e.id = tasks.engagement_id) AS engagement_shown, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.assignee_id) AS assignee_name, requested_by, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.requested_by) AS requested_by_name, due_key, version, created_at, updated_at, deleted_at;

-- slices::tasks::store::refer COUNT_ASSISTANTS
SELECT COUNT(*) FROM members WHERE workspace_id = $1 AND id = $2 AND role = $3 AND deleted_at IS NULL;

-- slices::tasks::store::refer DUE_DAYS
SELECT DISTINCT due_key, due_on FROM tasks WHERE workspace_id = $1 AND due_on IS NOT NULL;

-- slices::tasks::store::refer MOVE_DUE_DAY
UPDATE tasks SET due_key = $4 WHERE workspace_id = $1 AND due_key = $2 AND due_on = $3;

-- slices::tasks::store::refer SETTINGS
SELECT areas, time_zone FROM workspaces WHERE id = $1;

-- slices::time_entries::store ARRIVE
DELETE FROM time_entry_departures WHERE workspace_id = $1 AND left_client_id = $2 AND entry_id = $3;

-- slices::time_entries::store BASIS
SELECT w.currency AS workspace_currency, w.time_zone AS workspace_zone, w.overlap_policy, m.role AS member_role, m.deleted_at AS member_left_at, m.rate_minor AS member_rate_minor, c.id AS client_id, c.currency AS client_currency, c.time_zone AS client_zone, c.default_terms AS client_terms, c.archived_at AS client_archived_at, e.id AS engagement_id, e.status AS engagement_status, e.version AS engagement_version, e.time_zone AS engagement_zone, e.starts_on, e.ends_on, e.pauses, e.ended_on, (SELECT MAX(p.ends_on) FROM closings p WHERE p.workspace_id = w.id AND p.engagement_id = e.id) AS closed_on, t.id AS task_id, t.client_id AS task_client_id, t.engagement_id AS task_engagement_id, t.rate_minor AS task_rate_minor, t.billable AS task_billable, t.area AS task_area, v.id AS terms_id, v.effective_from, v.updated_at AS acceptance, v.terms FROM workspaces w JOIN members m ON m.workspace_id = w.id AND m.id = $2 LEFT JOIN tasks t ON t.workspace_id = w.id AND t.id = $4 AND t.deleted_at IS NULL LEFT JOIN engagements e ON e.workspace_id = w.id AND e.id = COALESCE($3, t.engagement_id) AND e.deleted_at IS NULL LEFT JOIN clients c ON c.workspace_id = w.id AND c.id = COALESCE(e.client_id, t.client_id) LEFT JOIN engagement_terms v ON v.workspace_id = w.id AND v.engagement_id = e.id AND v.status = 'accepted' AND v.deleted_at IS NULL WHERE w.id = $1;

-- slices::time_entries::store BURY
UPDATE time_entries SET deleted_at = $3, description = NULL, internal_note = NULL, service = NULL, tags = '[]', search_text = '', search_internal = '', tags_key = '', version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, member_id, member_name, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = time_entries.workspace_id AND t.id = time_entries.task_id) AS task_visibility, client_id, engagement_id, task_id, area, terms_id, status, source, started_at, ended_at, paused_at, time_zone, work_date, last_work_date, duration_seconds, break_seconds, billable, billable_given, billed_seconds, rate_minor, rate_unit, rate_source, currency, amount_minor, days_given, day_ten_thousandths, allocations, description, internal_note, service, tags, external_source, external_ref, needs_review_since, announced_at, lock_reason, locked_at, begins_at, booked_on, version, created_at, updated_at, deleted_at;

-- slices::time_entries::store DEPART
INSERT INTO time_entry_departures (workspace_id, left_client_id, entry_id, left_at, left_version, left_work_date, left_time_zone, left_currency) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (workspace_id, left_client_id, entry_id) DO UPDATE SET left_at = $4, left_version = $5, left_work_date = $6, left_time_zone = $7, left_currency = $8;

-- slices::time_entries::store FIND
SELECT id, member_id, member_name, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = time_entries.workspace_id AND t.id = time_entries.task_id) AS task_visibility, client_id, engagement_id, task_id, area, terms_id, status, source, started_at, ended_at, paused_at, time_zone, work_date, last_work_date, duration_seconds, break_seconds, billable, billable_given, billed_seconds, rate_minor, rate_unit, rate_source, currency, amount_minor, days_given, day_ten_thousandths, allocations, description, internal_note, service, tags, external_source, external_ref, needs_review_since, announced_at, lock_reason, locked_at, begins_at, booked_on, version, created_at, updated_at, deleted_at FROM time_entries WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL;

-- slices::time_entries::store FIND_OF_CLIENT
SELECT id, member_id, member_name, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = time_entries.workspace_id AND t.id = time_entries.task_id) AS task_visibility, client_id, engagement_id, task_id, area, terms_id, status, source, started_at, ended_at, paused_at, time_zone, work_date, last_work_date, duration_seconds, break_seconds, billable, billable_given, billed_seconds, rate_minor, rate_unit, rate_source, currency, amount_minor, days_given, day_ten_thousandths, allocations, description, internal_note, service, tags, external_source, external_ref, needs_review_since, announced_at, lock_reason, locked_at, begins_at, booked_on, version, created_at, updated_at, deleted_at FROM time_entries WHERE workspace_id = $1 AND id = $2 AND client_id = $3 AND duration_seconds IS NOT NULL AND deleted_at IS NULL;

-- slices::time_entries::store FIND_OPEN
SELECT id, member_id, member_name, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = time_entries.workspace_id AND t.id = time_entries.task_id) AS task_visibility, client_id, engagement_id, task_id, area, terms_id, status, source, started_at, ended_at, paused_at, time_zone, work_date, last_work_date, duration_seconds, break_seconds, billable, billable_given, billed_seconds, rate_minor, rate_unit, rate_source, currency, amount_minor, days_given, day_ten_thousandths, allocations, description, internal_note, service, tags, external_source, external_ref, needs_review_since, announced_at, lock_reason, locked_at, begins_at, booked_on, version, created_at, updated_at, deleted_at FROM time_entries WHERE workspace_id = $1 AND member_id = $2 AND duration_seconds IS NULL AND deleted_at IS NULL;

-- slices::time_entries::store FIND_OPEN_OF_CLIENT
SELECT id, member_id, member_name, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = time_entries.workspace_id AND t.id = time_entries.task_id) AS task_visibility, client_id, engagement_id, task_id, area, terms_id, status, source, started_at, ended_at, paused_at, time_zone, work_date, last_work_date, duration_seconds, break_seconds, billable, billable_given, billed_seconds, rate_minor, rate_unit, rate_source, currency, amount_minor, days_given, day_ten_thousandths, allocations, description, internal_note, service, tags, external_source, external_ref, needs_review_since, announced_at, lock_reason, locked_at, begins_at, booked_on, version, created_at, updated_at, deleted_at FROM time_entries WHERE workspace_id = $1 AND COALESCE(client_id, client_id) = $2 AND duration_seconds IS NULL AND deleted_at IS NULL ORDER BY id;

-- slices::time_entries::store FIND_OPEN_ON_ENGAGEMENT
SELECT id, member_id, member_name, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = time_entries.workspace_id AND t.id = time_entries.task_id) AS task_visibility, client_id, engagement_id, task_id, area, terms_id, status, source, started_at, ended_at, paused_at, time_zone, work_date, last_work_date, duration_seconds, break_seconds, billable, billable_given, billed_seconds, rate_minor, rate_unit, rate_source, currency, amount_minor, days_given, day_ten_thousandths, allocations, description, internal_note, service, tags, external_source, external_ref, needs_review_since, announced_at, lock_reason, locked_at, begins_at, booked_on, version, created_at, updated_at, deleted_at FROM time_entries WHERE workspace_id = $1 AND COALESCE(engagement_id, engagement_id) = $2 AND duration_seconds IS NULL AND deleted_at IS NULL ORDER BY id;

-- slices::time_entries::store ID_BY_REF
SELECT id FROM time_entries WHERE workspace_id = $1 AND external_source = $2 AND external_ref = $3 AND external_ref IS NOT NULL AND deleted_at IS NULL;

-- slices::time_entries::store INSERT
INSERT INTO time_entries (workspace_id, id, client_id, engagement_id, task_id, status, started_at, ended_at, paused_at, time_zone, work_date, duration_seconds, break_seconds, billable, billable_given, billed_seconds, rate_minor, rate_unit, rate_source, currency, amount_minor, day_ten_thousandths, description, internal_note, service, tags, external_source, external_ref, needs_review_since, begins_at, sort_seconds, search_text, search_internal, tags_key, version, created_at, updated_at, terms_id, last_work_date, days_given, allocations, booked_on, area, member_id, source, member_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $36, $37, $38, $39, $40, $41, $42, $43, $44, COALESCE($45, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.id = $43))) RETURNING id, member_id, member_name, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = time_entries.workspace_id AND t.id = time_entries.task_id) AS task_visibility, client_id, engagement_id, task_id, area, terms_id, status, source, started_at, ended_at, paused_at, time_zone, work_date, last_work_date, duration_seconds, break_seconds, billable, billable_given, billed_seconds, rate_minor, rate_unit, rate_source, currency, amount_minor, days_given, day_ten_thousandths, allocations, description, internal_note, service, tags, external_source, external_ref, needs_review_since, announced_at, lock_reason, locked_at, begins_at, booked_on, version, created_at, updated_at, deleted_at;

-- slices::time_entries::store OVERLAPPING
SELECT id, status, started_at, ended_at, engagement_id, work_date FROM time_entries WHERE workspace_id = $1 AND member_id = $2 AND started_at IS NOT NULL AND deleted_at IS NULL AND started_at > $3 AND started_at < $5 AND ended_at > $4 AND ended_at > started_at UNION ALL SELECT id, status, started_at, ended_at, engagement_id, work_date FROM time_entries WHERE workspace_id = $1 AND member_id = $2 AND duration_seconds + break_seconds > 86400 AND deleted_at IS NULL AND COALESCE(started_at, started_at) <= $3 AND ended_at > $4 UNION ALL SELECT id, status, started_at, ended_at, engagement_id, work_date FROM time_entries WHERE workspace_id = $1 AND member_id = $2 AND duration_seconds IS NULL AND deleted_at IS NULL AND COALESCE(started_at, started_at) < $5 AND COALESCE(paused_at, $6) > $4 AND COALESCE(paused_at, $6) > started_at ORDER BY 3, 1 LIMIT $7;

-- slices::time_entries::store POOLED
SELECT id, member_id, task_id, area, terms_id, started_at, work_date, booked_on, duration_seconds, billable, rate_minor, rate_unit, rate_source, days_given, billed_seconds, day_ten_thousandths, amount_minor, allocations, (lock_reason IS NOT NULL OR status = 'approved') AS locked FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND work_date >= $3 AND work_date <= $4 AND last_work_date >= $5 AND duration_seconds IS NOT NULL AND deleted_at IS NULL UNION ALL SELECT id, member_id, task_id, area, terms_id, started_at, work_date, booked_on, duration_seconds, billable, rate_minor, rate_unit, rate_source, days_given, billed_seconds, day_ten_thousandths, amount_minor, allocations, (lock_reason IS NOT NULL OR status = 'approved') AS locked FROM time_entries WHERE workspace_id = $1 AND duration_seconds + break_seconds > 86400 AND deleted_at IS NULL AND COALESCE(engagement_id, engagement_id) = $2 AND COALESCE(work_date, work_date) < $3 AND last_work_date >= $5;

-- slices::time_entries::store UPDATE
UPDATE time_entries SET client_id = $3, engagement_id = $4, task_id = $5, status = $6, started_at = $7, ended_at = $8, paused_at = $9, time_zone = $10, work_date = $11, duration_seconds = $12, break_seconds = $13, billable = $14, billable_given = $15, billed_seconds = $16, rate_minor = $17, rate_unit = $18, rate_source = $19, currency = $20, amount_minor = $21, day_ten_thousandths = $22, description = $23, internal_note = $24, service = $25, tags = $26, external_source = $27, external_ref = $28, needs_review_since = $29, begins_at = $30, sort_seconds = $31, search_text = $32, search_internal = $33, tags_key = $34, version = $35, updated_at = $36, terms_id = $37, last_work_date = $38, days_given = $39, allocations = $40, booked_on = $41, area = $42, announced_at = $43 WHERE workspace_id = $1 AND id = $2 RETURNING id, member_id, member_name, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = time_entries.workspace_id AND t.id = time_entries.task_id) AS task_visibility, client_id, engagement_id, task_id, area, terms_id, status, source, started_at, ended_at, paused_at, time_zone, work_date, last_work_date, duration_seconds, break_seconds, billable, billable_given, billed_seconds, rate_minor, rate_unit, rate_source, currency, amount_minor, days_given, day_ten_thousandths, allocations, description, internal_note, service, tags, external_source, external_ref, needs_review_since, announced_at, lock_reason, locked_at, begins_at, booked_on, version, created_at, updated_at, deleted_at;

-- slices::time_entries::store::asked ALL_OPEN
SELECT id, member_id, member_name, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = time_entries.workspace_id AND t.id = time_entries.task_id) AS task_visibility, client_id, engagement_id, task_id, area, terms_id, status, source, started_at, ended_at, paused_at, time_zone, work_date, last_work_date, duration_seconds, break_seconds, billable, billable_given, billed_seconds, rate_minor, rate_unit, rate_source, currency, amount_minor, days_given, day_ten_thousandths, allocations, description, internal_note, service, tags, external_source, external_ref, needs_review_since, announced_at, lock_reason, locked_at, begins_at, booked_on, version, created_at, updated_at, deleted_at FROM time_entries WHERE workspace_id = $1 AND duration_seconds IS NULL AND deleted_at IS NULL;

-- slices::time_entries::store::asked LONG_SINCE
SELECT started_at FROM time_entries WHERE workspace_id = $1 AND duration_seconds + break_seconds > 86400 AND deleted_at IS NULL AND ended_at > $2 UNION ALL SELECT started_at FROM time_entries WHERE workspace_id = $1 AND duration_seconds IS NULL AND deleted_at IS NULL AND COALESCE(paused_at, $3) > $2 ORDER BY 1 LIMIT 1;

-- slices::time_entries::store::asked ZONE
SELECT time_zone FROM workspaces WHERE id = $1;

-- slices::time_entries::store::blocking AFTER_DAY
SELECT id, status, work_date, ended_at, time_zone FROM (SELECT id, status, work_date, ended_at, time_zone FROM time_entries WHERE workspace_id = $1 AND deleted_at IS NULL AND engagement_id = $2 AND work_date > $3 ORDER BY work_date, id LIMIT 101) AS later UNION ALL SELECT id, status, work_date, ended_at, time_zone FROM time_entries WHERE workspace_id = $1 AND deleted_at IS NULL AND engagement_id = $2 AND work_date >= $4 AND work_date <= $3 AND duration_seconds + break_seconds <= 86400 UNION ALL SELECT id, status, work_date, ended_at, time_zone FROM time_entries WHERE workspace_id = $1 AND deleted_at IS NULL AND duration_seconds + break_seconds > 86400 AND COALESCE(engagement_id, engagement_id) = $2 AND COALESCE(work_date, work_date) <= $3 ORDER BY 3, 1;

-- slices::time_entries::store::blocking BOOKED_AFTER
SELECT id, status, work_date, ended_at, time_zone FROM time_entries WHERE workspace_id = $1 AND deleted_at IS NULL AND engagement_id = $2 AND booked_on > $3 ORDER BY booked_on, id LIMIT 101;

-- slices::time_entries::store::blocking COUNT_OF_CLIENT
SELECT COUNT(*) FROM time_entries WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- slices::time_entries::store::blocking COUNT_OF_ENGAGEMENT
SELECT COUNT(*) FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL;

-- slices::time_entries::store::blocking COUNT_OF_TASK
SELECT COUNT(*) FROM time_entries WHERE workspace_id = $1 AND task_id = $2 AND deleted_at IS NULL;

-- slices::time_entries::store::blocking LAST_BOOKED
SELECT MAX(booked_on) FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND booked_on IS NOT NULL AND deleted_at IS NULL;

-- slices::time_entries::store::blocking LAST_DATE
SELECT work_date FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL ORDER BY work_date DESC LIMIT 1;

-- slices::time_entries::store::blocking OF_TASK_ELSEWHERE
SELECT id, member_id, member_name, (SELECT t.visibility FROM tasks t WHERE t.workspace_id = time_entries.workspace_id AND t.id = time_entries.task_id) AS task_visibility, client_id, engagement_id, task_id, area, terms_id, status, source, started_at, ended_at, paused_at, time_zone, work_date, last_work_date, duration_seconds, break_seconds, billable, billable_given, billed_seconds, rate_minor, rate_unit, rate_source, currency, amount_minor, days_given, day_ten_thousandths, allocations, description, internal_note, service, tags, external_source, external_ref, needs_review_since, announced_at, lock_reason, locked_at, begins_at, booked_on, version, created_at, updated_at, deleted_at FROM time_entries WHERE workspace_id = $1 AND task_id = $2 AND engagement_id IS DISTINCT FROM $3 AND deleted_at IS NULL ORDER BY work_date, id;

-- slices::time_entries::store::blocking TIMERS_WITHIN
SELECT id, status, work_date, ended_at, time_zone FROM time_entries WHERE workspace_id = $1 AND deleted_at IS NULL AND engagement_id = $2 AND duration_seconds IS NULL AND work_date <= $3 ORDER BY work_date, id;

-- slices::time_entries::store::counted BILLED_SECONDS
SELECT CAST(COALESCE(SUM(billed_seconds), 0) AS BIGINT) FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND duration_seconds IS NOT NULL AND deleted_at IS NULL;

-- slices::time_entries::store::counted COUNTED
SELECT id, member_id, task_id, area, terms_id, started_at, work_date, booked_on, duration_seconds, billable, rate_minor, rate_unit, rate_source, days_given, billed_seconds, day_ten_thousandths, amount_minor, allocations, (lock_reason IS NOT NULL OR status = 'approved') AS locked FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND work_date >= $3 AND work_date <= $5 AND last_work_date >= $4 AND duration_seconds IS NOT NULL AND deleted_at IS NULL UNION ALL SELECT id, member_id, task_id, area, terms_id, started_at, work_date, booked_on, duration_seconds, billable, rate_minor, rate_unit, rate_source, days_given, billed_seconds, day_ten_thousandths, amount_minor, allocations, (lock_reason IS NOT NULL OR status = 'approved') AS locked FROM time_entries WHERE workspace_id = $1 AND duration_seconds + break_seconds > 86400 AND deleted_at IS NULL AND COALESCE(engagement_id, engagement_id) = $2 AND COALESCE(work_date, work_date) < $3 AND last_work_date >= $4 UNION ALL SELECT id, member_id, task_id, area, terms_id, started_at, work_date, booked_on, duration_seconds, billable, rate_minor, rate_unit, rate_source, days_given, billed_seconds, day_ten_thousandths, amount_minor, allocations, (lock_reason IS NOT NULL OR status = 'approved') AS locked FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND booked_on >= $4 AND booked_on <= $5 AND NOT (work_date >= $3 AND work_date <= $5 AND last_work_date >= $4) AND duration_seconds IS NOT NULL AND deleted_at IS NULL;

-- slices::time_entries::store::counted COUNTED_DAYS
SELECT id, member_id, task_id, area, terms_id, started_at, work_date, booked_on, duration_seconds, billable, rate_minor, rate_unit, rate_source, days_given, billed_seconds, day_ten_thousandths, amount_minor, allocations, (lock_reason IS NOT NULL OR status = 'approved') AS locked FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND work_date >= $3 AND work_date <= $5 AND last_work_date >= $4 AND duration_seconds IS NOT NULL AND deleted_at IS NULL AND allocations IS NOT NULL UNION ALL SELECT id, member_id, task_id, area, terms_id, started_at, work_date, booked_on, duration_seconds, billable, rate_minor, rate_unit, rate_source, days_given, billed_seconds, day_ten_thousandths, amount_minor, allocations, (lock_reason IS NOT NULL OR status = 'approved') AS locked FROM time_entries WHERE workspace_id = $1 AND duration_seconds + break_seconds > 86400 AND deleted_at IS NULL AND COALESCE(engagement_id, engagement_id) = $2 AND COALESCE(work_date, work_date) < $3 AND last_work_date >= $4 UNION ALL SELECT id, member_id, task_id, area, terms_id, started_at, work_date, booked_on, duration_seconds, billable, rate_minor, rate_unit, rate_source, days_given, billed_seconds, day_ten_thousandths, amount_minor, allocations, (lock_reason IS NOT NULL OR status = 'approved') AS locked FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND booked_on >= $4 AND booked_on <= $5 AND NOT (work_date >= $3 AND work_date <= $5 AND last_work_date >= $4) AND duration_seconds IS NOT NULL AND deleted_at IS NULL UNION ALL SELECT $2 AS id, $2 AS member_id, NULL AS task_id, NULL AS area, terms_id, NULL AS started_at, work_date, booked_on, CAST(SUM(duration_seconds) AS BIGINT) AS duration_seconds, billable, rate_minor, rate_unit, NULL AS rate_source, NULL AS days_given, CAST(SUM(billed_seconds) AS BIGINT) AS billed_seconds, NULL AS day_ten_thousandths, NULL AS amount_minor, NULL AS allocations, FALSE AS locked FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND work_date >= $4 AND work_date <= $5 AND duration_seconds IS NOT NULL AND deleted_at IS NULL AND allocations IS NULL GROUP BY work_date, booked_on, terms_id, billable, rate_minor, rate_unit;

-- slices::time_entries::store::counted LOCK_PERIOD
UPDATE time_entries SET lock_reason = 'period_closed', locked_at = $5, version = version + 1, updated_at = $6 WHERE workspace_id = $1 AND engagement_id = $2 AND COALESCE(booked_on, work_date) >= $3 AND COALESCE(booked_on, work_date) <= $4 AND lock_reason IS NULL AND status <> 'approved' AND duration_seconds IS NOT NULL AND deleted_at IS NULL;

-- slices::time_entries::store::counted OF_ENGAGEMENT
SELECT id, member_id, task_id, area, terms_id, started_at, work_date, booked_on, duration_seconds, billable, rate_minor, rate_unit, rate_source, days_given, billed_seconds, day_ten_thousandths, amount_minor, allocations, (lock_reason IS NOT NULL OR status = 'approved') AS locked FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND duration_seconds IS NOT NULL AND deleted_at IS NULL;

-- slices::time_entries::store::counted UNLOCK_PERIOD
UPDATE time_entries SET lock_reason = NULL, locked_at = NULL, version = version + 1, updated_at = $5 WHERE workspace_id = $1 AND engagement_id = $2 AND COALESCE(booked_on, work_date) >= $3 AND COALESCE(booked_on, work_date) <= $4 AND lock_reason = 'period_closed' AND deleted_at IS NULL;

-- tasks bury
UPDATE tasks SET title = '', description = NULL, area = NULL, checklist = '[]', tags = '[]', internal_note = NULL, sort_key = '', search_text = '', search_internal = '', tags_key = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, client_id, engagement_id, title, description, area, priority, start_on, due_on, due_at, estimated_minutes, rate_minor, billable, assignee_id, checklist, tags, visibility, internal_note, external_source, external_ref, status, waiting_since, waited_seconds, completed_at, hidden_at, hidden_version, (SELECT e.status <> 'draft' FROM engagements e WHERE e.workspace_id = tasks.workspace_id AND e.id = tasks.engagement_id) AS engagement_shown, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.assignee_id) AS assignee_name, requested_by, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.requested_by) AS requested_by_name, due_key, version, created_at, updated_at, deleted_at;

-- tasks bury_of
UPDATE tasks SET title = '', description = NULL, area = NULL, checklist = '[]', tags = '[]', internal_note = NULL, sort_key = '', search_text = '', search_internal = '', tags_key = '', deleted_at = $3, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL;

-- tasks check_ref
SELECT id FROM tasks WHERE workspace_id = $1 AND external_source = $2 AND external_ref = $3 AND deleted_at IS NULL;

-- tasks find
SELECT id, client_id, client_id, engagement_id, title, description, area, priority, start_on, due_on, due_at, estimated_minutes, rate_minor, billable, assignee_id, checklist, tags, visibility, internal_note, external_source, external_ref, status, waiting_since, waited_seconds, completed_at, hidden_at, hidden_version, (SELECT e.status <> 'draft' FROM engagements e WHERE e.workspace_id = tasks.workspace_id AND e.id = tasks.engagement_id) AS engagement_shown, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.assignee_id) AS assignee_name, requested_by, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.requested_by) AS requested_by_name, due_key, version, created_at, updated_at, deleted_at FROM tasks WHERE workspace_id = $1 AND client_id = COALESCE($2, client_id) AND id = $3 AND deleted_at IS NULL AND (visibility = 'shared' OR $4);

-- tasks find_by_ref
SELECT id, client_id, client_id, engagement_id, title, description, area, priority, start_on, due_on, due_at, estimated_minutes, rate_minor, billable, assignee_id, checklist, tags, visibility, internal_note, external_source, external_ref, status, waiting_since, waited_seconds, completed_at, hidden_at, hidden_version, (SELECT e.status <> 'draft' FROM engagements e WHERE e.workspace_id = tasks.workspace_id AND e.id = tasks.engagement_id) AS engagement_shown, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.assignee_id) AS assignee_name, requested_by, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.requested_by) AS requested_by_name, due_key, version, created_at, updated_at, deleted_at FROM tasks WHERE workspace_id = $1 AND external_source = $2 AND external_ref = $3 AND deleted_at IS NULL;

-- tasks insert
INSERT INTO tasks (workspace_id, id, created_at, updated_at, version, client_id, engagement_id, title, description, area, priority, start_on, due_on, due_at, estimated_minutes, rate_minor, billable, assignee_id, checklist, tags, visibility, internal_note, external_source, external_ref, priority_rank, sort_key, search_text, search_internal, tags_key, due_key, status, requested_by, waited_seconds) VALUES ($1, $2, $3, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31) RETURNING id, client_id, client_id, engagement_id, title, description, area, priority, start_on, due_on, due_at, estimated_minutes, rate_minor, billable, assignee_id, checklist, tags, visibility, internal_note, external_source, external_ref, status, waiting_since, waited_seconds, completed_at, hidden_at, hidden_version, (SELECT e.status <> 'draft' FROM engagements e WHERE e.workspace_id = tasks.workspace_id AND e.id = tasks.engagement_id) AS engagement_shown, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.assignee_id) AS assignee_name, requested_by, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.requested_by) AS requested_by_name, due_key, version, created_at, updated_at, deleted_at;

-- tasks update
UPDATE tasks SET engagement_id = $4, title = $5, description = $6, area = $7, priority = $8, start_on = $9, due_on = $10, due_at = $11, estimated_minutes = $12, rate_minor = $13, billable = $14, assignee_id = $15, checklist = $16, tags = $17, visibility = $18, internal_note = $19, external_source = $20, external_ref = $21, priority_rank = $22, sort_key = $23, search_text = $24, search_internal = $25, tags_key = $26, due_key = $27, hidden_at = $28, hidden_version = $29, version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id, client_id, client_id, engagement_id, title, description, area, priority, start_on, due_on, due_at, estimated_minutes, rate_minor, billable, assignee_id, checklist, tags, visibility, internal_note, external_source, external_ref, status, waiting_since, waited_seconds, completed_at, hidden_at, hidden_version, (SELECT e.status <> 'draft' FROM engagements e WHERE e.workspace_id = tasks.workspace_id AND e.id = tasks.engagement_id) AS engagement_shown, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.assignee_id) AS assignee_name, requested_by, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.requested_by) AS requested_by_name, due_key, version, created_at, updated_at, deleted_at;
