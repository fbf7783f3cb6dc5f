-- Joins that two rules or more share.

-- How a person calls a generator of random numbers.
CREATE VIEW generator_name AS
  SELECT DISTINCT generator, CASE generator
    WHEN 'python' THEN 'Python''s `random`'
    WHEN 'numpy' THEN 'numpy''s global generator'
    WHEN 'own' THEN 'a generator of its own'
    WHEN 'fresh' THEN 'a generator that starts from the system''s entropy'
    ELSE '`' || generator || '`' END AS name -- as it stands in a sentence
  FROM (SELECT generator FROM draw UNION SELECT generator FROM seed);

-- Draws that bear on results and that nothing seeds, before or after. What no entry point reaches is left out: its
-- callers may seed. `half` says that the entry point seeds some other global generator.
CREATE VIEW unseeded AS
  SELECT draw.*,
    generator_name.name AS generator_name, -- how a person calls the generator
    generator NOT IN ('own', 'fresh') AND draw.entry IN (
      SELECT entry FROM seed WHERE value <> 'null' AND generator NOT LIKE 'own%'
    ) AS half -- the entry point seeds some other global generator
  FROM draw JOIN entry ON entry.id = draw.entry JOIN generator_name USING (generator)
  WHERE entry.kind IN ('script', 'notebook', 'task') AND NOT in_test AND NOT harmless
    AND seed IN ('absent', 'null', 'none-taken') AND NOT seeded_before AND NOT seeded_after;

-- Leaks with the places that belong to them: where rows are held out, and further statistics of the same rows.
CREATE VIEW leak_place AS
  SELECT leak.*,
    other_span AS related, -- a place that belongs to the finding
    CASE shown_by WHEN 'split' THEN 'Here `' || other || '` splits the rows.' WHEN 'folds' THEN 'Here `' || other || '` makes folds of the rows.'
      ELSE 'Here `' || other || '` is given the rows.' END AS related_message -- what happens there
  FROM leak WHERE NOT in_test
  UNION ALL
  SELECT leak.*, at_span, 'The same with `' || at_function || '`.' FROM leak WHERE at_span <> span AND NOT in_test;
