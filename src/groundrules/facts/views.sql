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
    generator NOT IN ('own', 'fresh') AND seeded.entry IS NOT NULL
      AND (seeded.first <> generator OR seeded.last <> generator) AS half -- the entry point seeds some other global generator
  FROM draw JOIN entry ON entry.id = draw.entry JOIN generator_name USING (generator)
    LEFT JOIN ( -- the generators that an entry point seeds, as the first and last of their names
      SELECT entry, min(generator) AS first, max(generator) AS last FROM seed
      WHERE value <> 'null' AND generator NOT LIKE 'own%' GROUP BY entry
    ) AS seeded ON seeded.entry = draw.entry
  WHERE entry.kind IN ('script', 'notebook', 'task', 'handler') AND NOT in_test AND NOT harmless
    AND seed IN ('absent', 'null', 'none-taken') AND NOT seeded_before AND NOT seeded_after
    AND draw.span NOT IN (SELECT seed.source_span FROM seed WHERE seed.value = 'random')
    AND draw.span NOT IN (SELECT other.source_span FROM draw AS other WHERE other.seed = 'random' AND other.source_span IS NOT NULL);

-- Unseeded draws of entry points that seed nothing else, told at the first one of each generator. `cause` is what the
-- draws of that generator are for.
CREATE VIEW unseeded_run AS
  WITH caused AS (
    SELECT unseeded.*, count(*) OVER whole AS count,
      CASE WHEN sum(purpose NOT IN ('loader', 'augment')) OVER whole = 0 AND max(purpose = 'loader') OVER whole THEN 'loader'
        WHEN sum(purpose NOT IN ('initialise', 'loader', 'augment')) OVER whole = 0 AND max(purpose = 'initialise') OVER whole THEN 'initialise'
        ELSE 'draw' END AS cause
    FROM unseeded WHERE NOT half AND purpose NOT IN ('split', 'estimator', 'search') WINDOW whole AS (PARTITION BY entry, generator)
  ),
  told AS (
    SELECT caused.*, first_value(reached_span) OVER one AS told_span, first_value(function) OVER one AS told_function,
      first_value(scope) OVER one AS told_scope
    FROM caused WINDOW one AS (PARTITION BY entry, generator ORDER BY purpose <> cause, position)
  ),
  compared AS (SELECT told.*, max(count) OVER (PARTITION BY told_span, generator) AS most FROM told)
  SELECT told_span AS span, -- where the first one is reached
    told_function AS function, -- the first one
    told_scope AS scope, -- the function or class around it
    generator_name, -- how a person calls the generator
    span AS related, -- each draw
    'Here `' || function || '` draws.' AS related_message, -- what happens there
    CASE WHEN only_seen THEN 'low' END AS confidence, -- low where only a figure on the screen comes of them, or numbers to look at
    count, -- how many there are
    cause -- loader | initialise | draw
  FROM compared WHERE count = most;

-- Unseeded draws that take a seed of their own, told at the first one of each entry point, generator and purpose.
CREATE VIEW unseeded_own AS
  SELECT first_value(span) OVER one AS span, -- the first one
    first_value(function) OVER one AS function, -- the first one
    first_value(seed_parameter) OVER one AS seed_parameter, -- the parameter that would seed the first one
    first_value(scope) OVER one AS scope, -- the function or class around it
    CASE WHEN only_seen THEN 'low' END AS confidence, -- low where only a figure on the screen comes of it, or numbers to look at
    purpose, -- split | estimator | search
    span AS related, -- each draw
    'Nothing seeds `' || function || '` either.' AS related_message -- what is wrong there
  FROM unseeded
  WHERE purpose IN ('split', 'estimator', 'search')
  WINDOW one AS (PARTITION BY entry, generator, purpose ORDER BY position);

-- Seeds that differ from run to run: from the clock, or drawn from what nothing seeds. Those of global generators count
-- where something that matters is drawn from them.
CREATE VIEW random_seed AS
  SELECT seed.span, seed.function, entry.id AS entry, '' AS scope,
    CASE seed.value WHEN 'clock' THEN 'a value that the clock or the system gives' ELSE 'a random number' END AS what, -- what the seed is
    source_span AS related, -- the call that gives the seed
    'The seed comes from here.' AS related_message -- what happens there
  FROM seed JOIN entry ON entry.id = seed.entry
  WHERE seed.value IN ('clock', 'random') AND entry.kind IN ('script', 'notebook', 'task') AND (seed.entry, seed.generator) IN (
    SELECT entry, generator FROM draw WHERE NOT harmless AND NOT in_test
  )
  UNION ALL
  SELECT span, function, entry, scope,
    CASE seed WHEN 'clock' THEN 'a value that the clock or the system gives' ELSE 'a random number' END, source_span, 'The seed comes from here.'
  FROM (
    SELECT draw.*, row_number() OVER (PARTITION BY entry, source_span ORDER BY position) AS turn
    FROM draw JOIN entry ON entry.id = draw.entry
    WHERE draw.seed IN ('clock', 'random') AND entry.kind IN ('script', 'notebook', 'task') AND NOT harmless AND NOT in_test
  ) WHERE turn = 1;

-- Leaks with the places that belong to them: where rows are held out, and further statistics of the same rows.
CREATE VIEW leak_place AS
  SELECT leak.*,
    other_span AS related, -- a place that belongs to the finding
    CASE shown_by WHEN 'split' THEN 'Here `' || other || '` splits the rows.' WHEN 'folds' THEN 'Here `' || other || '` makes folds of the rows.'
      WHEN 'slice' THEN 'Here `' || other || '` is cut off.' WHEN 'sides' THEN 'Here `' || other || '` splits the rows.'
      ELSE 'Here `' || other || '` is given the rows.' END AS related_message -- what happens there
  FROM leak WHERE NOT in_test
  UNION ALL
  SELECT leak.*, at_span, 'The same with `' || at_function || '`.' FROM leak WHERE at_span <> span AND NOT in_test;

-- Models and data sets that are fetched by a name that does not hold still. One cause is told once: a function that
-- fetches what its callers name is told where it has the name itself, else at the first caller.
CREATE VIEW unpinned_load AS
  WITH fetched AS (
    SELECT hub_load.*, hub_load.rowid AS number, path, cell, line, column, first_value(hub_load.rowid) OVER cause AS head
    FROM hub_load JOIN span ON span.id = hub_load.span JOIN file USING (path)
    WHERE pinned = 0 AND NOT local AND NOT is_test
      AND NOT (name LIKE '%{%' AND EXISTS ( -- another run says which it is
        SELECT 1 FROM hub_load AS other WHERE other.span = hub_load.span AND other.name NOT LIKE '%{%'
      ))
    WINDOW cause AS (
      PARTITION BY hub_load.kind, coalesce(origin_span, hub_load.span), name, revision
      ORDER BY origin_span IS NOT NULL, path, cell, line, column, hub_load.rowid
    )
  ),
  told AS (
    SELECT fetched.kind, first_value(told.span) OVER one AS span, first_value(told.function) OVER one AS function,
      first_value(told.scope) OVER one AS scope, first_value(told.parameter) OVER one AS parameter, fetched.name, fetched.number,
      CASE WHEN fetched.revision IS NULL THEN 'without a revision'
        ELSE 'at the moving revision `' || fetched.revision || '`' END AS state,
      CASE WHEN fetched.number = told.number THEN coalesce(fetched.origin_span, fetched.span) ELSE fetched.span END AS related
    FROM fetched JOIN fetched AS told ON told.number = fetched.head
    WINDOW one AS (
      PARTITION BY fetched.kind, told.path, fetched.name, fetched.revision ORDER BY told.cell, told.line, told.column, told.number
    )
  )
  SELECT kind, -- dataset | model
    span, -- where it is told
    first_value(function) OVER call AS function, -- what fetches it there
    first_value(scope) OVER call AS scope, -- the function or class around that
    first_value(parameter) OVER call AS parameter, -- the argument that would pin it
    first_value(name) OVER call AS name, -- the id; where a call fetches several, the first
    CASE WHEN n > 1 THEN ' and ' || (n - 1) || ' more' ELSE '' END AS more, -- how many others the call fetches
    first_value(state) OVER call AS state, -- how it is fetched
    related -- each place that fetches it
  FROM told JOIN (SELECT kind, span, count(DISTINCT name) AS n FROM told GROUP BY kind, span) USING (kind, span)
  WINDOW call AS (PARTITION BY kind, span ORDER BY number);
