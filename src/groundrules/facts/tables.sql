-- The fact tables. Every table and column carries a sentence; `groundrules facts --schema` and docs/facts.md print them.
-- Same thing, same name everywhere: `span` is a place (join it with table span), `path` a file of the repository,
-- `target` the file, address or table that a statement speaks of, `scope` the function or class around it.
-- Yes/no columns hold 1 or 0. NULL means unknown, and rules stay silent on the unknown.

-- A place: everything that can be pointed at has one row.
CREATE TABLE span (
  id INTEGER PRIMARY KEY,  -- what the columns `span` and `…_span` of other tables hold
  path TEXT NOT NULL,      -- file, relative to the repository
  cell INTEGER,            -- notebook cell, counting all cells from 0; NULL elsewhere
  line INTEGER NOT NULL,   -- first line, from 1 (inside the cell in a notebook)
  column INTEGER NOT NULL, -- first column, from 1
  end_line INTEGER NOT NULL,   -- last line
  end_column INTEGER NOT NULL  -- column after the last one
);

-- A file of the snapshot.
CREATE TABLE file (
  path TEXT PRIMARY KEY,
  span INTEGER NOT NULL,   -- its first line, for findings that concern the file as a whole
  folder TEXT NOT NULL,    -- the folder that holds it, '' at the top
  kind TEXT NOT NULL,      -- python | notebook | sql | config | data | archive | model | pointer | image | text | other
  size INTEGER,            -- bytes; NULL when the object is missing
  tracked INTEGER NOT NULL,-- git holds it
  lfs INTEGER NOT NULL,    -- git-lfs holds its contents
  is_test INTEGER NOT NULL,-- lies in a test folder or is named like a test or a fixture
  in_package INTEGER NOT NULL -- lies in the folder of a Python package
);

-- A path that a version system other than git's own blobs answers for.
CREATE TABLE data_pointer (
  span INTEGER NOT NULL,   -- where the pointer says so
  path TEXT NOT NULL,      -- the pointer file (.dvc, dvc.yaml, dvc.lock, an annex link)
  target TEXT NOT NULL,    -- the file or folder it answers for
  system TEXT NOT NULL,    -- dvc | dvc-stage | lfs | annex | submodule | catalog
  hash TEXT,               -- the recorded content hash
  remote TEXT,             -- where the contents can be had, if the pointer says
  what TEXT NOT NULL,      -- data | model, as the name of the target has it
  described INTEGER NOT NULL, -- the pointer, or a page beside it, says what the data is or where it comes from
  project TEXT             -- the folder whose settings name the remotes; NULL when there is none
);

-- A place where a data version system keeps contents, as the settings of a project name it.
CREATE TABLE data_remote (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,      -- the settings
  project TEXT NOT NULL,   -- the folder of the project
  name TEXT NOT NULL,      -- '' for a cache that a team shares
  address TEXT NOT NULL,   -- the URL or path, as written
  reach TEXT NOT NULL      -- network | machine (a path of one machine) | unknown (it may be a mount that many share)
);

-- A stage of a pipeline file (dvc.yaml and the like).
CREATE TABLE stage (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,      -- the pipeline file
  name TEXT NOT NULL,
  command TEXT,            -- the command as written, interpolation resolved where it can be
  folder TEXT NOT NULL     -- folder the command runs in
);

-- A path or key that a stage names.
CREATE TABLE stage_path (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,      -- the pipeline file
  name TEXT NOT NULL,      -- the stage
  role TEXT NOT NULL,      -- dep | out | metric | plot | param | artifact (a path that the file describes)
  target TEXT NOT NULL,    -- the path, or `file:key` for a param
  hash TEXT                -- the hash, or of a param the value, that the lock records
);

-- What a pipeline's lock records of a stage, held against what the repository has.
CREATE TABLE locked (
  span INTEGER NOT NULL,   -- the entry in the lock; the stage where the lock has none
  path TEXT NOT NULL,      -- the lock
  name TEXT NOT NULL,      -- the stage
  role TEXT NOT NULL,      -- stage | command | dep | out | metric | plot | param
  target TEXT NOT NULL,    -- the path, `file:key` of a param, the command, or the stage
  recorded TEXT,           -- the hash, value or command that the lock has
  found TEXT,              -- what the repository has in its place
  state TEXT NOT NULL      -- same | other | missing (from the lock) | orphan (nothing in the pipeline asks for it any more)
);

-- What the scripts of a stage use: code, paths and parameters.
CREATE TABLE stage_use (
  span INTEGER NOT NULL,   -- the stage
  path TEXT NOT NULL,      -- the pipeline file
  name TEXT NOT NULL,      -- the stage
  role TEXT NOT NULL,      -- script | module (that the script imports) | read | write | param
  what TEXT NOT NULL,      -- code | data | model | config | table | image | text | any
  target TEXT NOT NULL,    -- the path inside the repository, or `file:key` of a param
  use_span INTEGER NOT NULL, -- where the code uses it
  declared INTEGER NOT NULL -- the stage names it, or a folder around it
);

-- Code or a stage that reads something.
CREATE TABLE read (
  span INTEGER NOT NULL,   -- the call; where a helper reads its parameter: the call that names the path
  function TEXT NOT NULL,  -- qualified name of what reads
  what TEXT NOT NULL,      -- data | model | config | table | image (a single one) | text | folder (that is walked through) | any
  target TEXT,             -- the path, address or table; {holes} stand for unknown parts; NULL when nothing is known
  complete INTEGER NOT NULL,-- the target has no holes
  place TEXT NOT NULL,     -- relative | absolute | home | mount | job | url | bucket | table | hub | memory | unknown
  folder TEXT NOT NULL,    -- the folder part of the target, as it is spelled
  owner TEXT,              -- who answers for it: git | lfs | dvc | submodule | annex | catalog | written | ignored | nobody | outside; NULL unknown
  owner_span INTEGER,      -- where the owner says so (pointer, stage, the call that writes it)
  resolved TEXT,           -- the path inside the repository that it most likely means
  pinned INTEGER,          -- of an address or the key of an object: a version, commit or checksum is named; NULL when neither, or unknown
  names_file INTEGER NOT NULL, -- the path or address ends in the name of a data, model or archive file
  placeholder INTEGER NOT NULL, -- the path is a stand-in such as PATH/TO/DATA
  guarded INTEGER NOT NULL,-- read only where it exists, or a failure is handled
  origin_span INTEGER,     -- where the path is spelled out, when elsewhere
  scope TEXT NOT NULL,     -- the function or class around it, '' at module level
  entry_kind TEXT,         -- script | notebook | task | handler | test | function: what runs it
  likely INTEGER NOT NULL  -- another step may well write it: one writes a file of that very name, or models to a place that is not known
);

-- Code or a stage that writes something.
CREATE TABLE write (
  span INTEGER NOT NULL,
  function TEXT NOT NULL,
  what TEXT NOT NULL,      -- data | model | config | table | text | any
  target TEXT,             -- as in read
  named INTEGER NOT NULL,  -- more than a hole is known of its last part
  complete INTEGER NOT NULL,
  place TEXT NOT NULL,     -- as in read
  resolved TEXT,
  mode TEXT NOT NULL,      -- replace | append | create | unknown
  parameter TEXT,          -- the argument that decides the mode, such as if_exists
  cleared INTEGER NOT NULL,-- the same target is emptied, deleted or replaced before, in what runs this
  cleared_span INTEGER,    -- where
  log INTEGER NOT NULL,    -- the target reads like a log, an audit trail or a metrics history
  in_loop INTEGER NOT NULL,-- written in a loop
  in_task INTEGER NOT NULL,-- runs in a pipeline task, an entry point of a scheduled job, or a loading script
  guarded INTEGER NOT NULL,-- runs under a test that keeps it from running twice
  scope TEXT NOT NULL,
  entry_kind TEXT,         -- as in read
  owner TEXT,              -- as in read: who keeps versions of the path
  kept INTEGER NOT NULL,   -- the name carries a version, it was only fetched, or what runs this hands a model to a tracker
  idle INTEGER NOT NULL,   -- an append in a function that nothing runs or names, while others of its file are run
  single INTEGER NOT NULL  -- it writes one row, as whoever records an event does
);

-- A model or data set fetched by name from a hub or a registry.
CREATE TABLE hub_load (
  span INTEGER NOT NULL,
  function TEXT NOT NULL,
  kind TEXT NOT NULL,      -- dataset | model
  name TEXT,               -- the id; NULL when unknown
  parameter TEXT,          -- the argument that would pin it
  revision TEXT,           -- the value given: a text, {hole} when computed, NULL when absent
  pinned INTEGER,          -- 1 a fixed revision or one that the caller decides, 0 none or a moving one, NULL unknown
  local INTEGER NOT NULL,  -- the name is a path or the repository's own file
  origin_span INTEGER,
  scope TEXT NOT NULL
);

-- A call that can run code which stands in what it loads.
CREATE TABLE unsafe_load (
  span INTEGER NOT NULL,
  function TEXT NOT NULL,
  parameter TEXT,          -- the argument that makes it unsafe; NULL when it always is
  origin TEXT NOT NULL,    -- where the thing comes from: hub | url | upload (somebody sent it) | own | unknown
  target TEXT,             -- the id, address or path, as far as it is known
  pinned INTEGER NOT NULL, -- a fixed revision of the hub is named, or one that the caller decides
  in_test INTEGER NOT NULL,
  scope TEXT NOT NULL
);

-- Something from which execution starts.
CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  span INTEGER NOT NULL,
  path TEXT NOT NULL,
  name TEXT NOT NULL,      -- the function, or the file's name for a script or notebook
  kind TEXT NOT NULL,      -- script | notebook | task | handler (of requests) | test | function
  learns INTEGER NOT NULL  -- it trains, fits, splits or validates something
);

-- A call that takes random numbers, as an entry point reaches it.
CREATE TABLE draw (
  span INTEGER NOT NULL,
  reached_span INTEGER NOT NULL, -- the place in the entry point's own file from which it is reached
  entry INTEGER NOT NULL,  -- the entry point
  position INTEGER NOT NULL, -- order within the entry point
  function TEXT NOT NULL,
  generator TEXT NOT NULL, -- python | numpy | torch | tensorflow | jax | … or own:<span> for a generator object
  purpose TEXT NOT NULL,   -- split | shuffle | sample | noise | initialise | estimator | search | loader | augment
  seed TEXT NOT NULL,      -- how its own seed argument stands: given | null | unset | absent | none-taken | clock | random | unknown
  seed_parameter TEXT,     -- the name of that argument
  source_span INTEGER,     -- the call that its seed comes from, of a clock or another draw
  seeded_before INTEGER NOT NULL, -- its generator was seeded before, in this entry point
  seeded_after INTEGER NOT NULL,  -- its generator is seeded, but only afterwards
  harmless INTEGER NOT NULL, -- no bearing on results: jitter, names, user agents, warm-up
  only_seen INTEGER NOT NULL, -- only a figure on the screen comes of it, or it makes numbers up once in a notebook that learns nothing
  in_test INTEGER NOT NULL,
  scope TEXT NOT NULL
);

-- A call that seeds a generator, as an entry point reaches it.
CREATE TABLE seed (
  span INTEGER NOT NULL,
  entry INTEGER NOT NULL,
  position INTEGER NOT NULL,
  function TEXT NOT NULL,
  generator TEXT NOT NULL, -- one row a generator that the call seeds
  value TEXT NOT NULL,     -- constant | parameter | config | null | unset (an option or key without a value) | zero (an option that is 0 by default, which a test takes for no seed) | clock | random | unknown
  source_span INTEGER      -- the call that the seed comes from: of a clock or a draw, or what declares the option
);

-- A draw with a key that an earlier draw has used, or that a loop uses again and again.
CREATE TABLE key_reuse (
  span INTEGER NOT NULL,
  entry INTEGER NOT NULL,  -- the entry point
  function TEXT NOT NULL,
  first TEXT NOT NULL,     -- the function that used the key first
  first_span INTEGER NOT NULL, -- where; the same place for a draw in a loop
  key_span INTEGER NOT NULL, -- the call that made the key
  in_test INTEGER NOT NULL,
  scope TEXT NOT NULL
);

-- A command-line option that is named like a seed, or a key of a configuration that gives a seed nothing.
CREATE TABLE seed_option (
  span INTEGER NOT NULL,   -- the call that declares it, or the key
  path TEXT NOT NULL,
  name TEXT NOT NULL,      -- as it is spelled on the command line
  used INTEGER NOT NULL,   -- some code reads it, or may read it
  in_test INTEGER NOT NULL
);

-- A setting by which an entry point lets a library choose algorithms whose results differ from run to run.
CREATE TABLE algorithm_setting (
  span INTEGER NOT NULL,
  entry INTEGER NOT NULL,  -- the entry point
  name TEXT NOT NULL,      -- the qualified name of the function or attribute
  value TEXT NOT NULL,     -- what it is set to
  in_test INTEGER NOT NULL
);

-- Elements in an order that nobody decided, where they reach something whose result depends on it.
CREATE TABLE order_use (
  span INTEGER NOT NULL,   -- the call that lists them
  function TEXT NOT NULL,
  kind TEXT NOT NULL,      -- files | texts (a set of them) | set (of nobody knows what)
  how TEXT NOT NULL,       -- splits | draws | pairs | serves | numbers
  other TEXT NOT NULL,     -- the function that splits, draws, pairs or numbers, or the class that serves them
  other_span INTEGER NOT NULL, -- where
  scope TEXT NOT NULL
);

-- A variable of the environment that code reads.
CREATE TABLE env_read (
  span INTEGER NOT NULL,
  name TEXT NOT NULL,
  function TEXT NOT NULL,
  path TEXT NOT NULL,           -- the file that reads it
  has_default INTEGER NOT NULL, -- a default, fallback or guard stands beside it
  required INTEGER NOT NULL,    -- a missing one raises at once, or is tested and refused
  checked INTEGER NOT NULL,     -- code looks whether it is there, and goes on without it; or only a choice among several files reads it
  declared INTEGER NOT NULL,    -- a tracked file near it declares the name, or a platform sets it
  nearest TEXT,                 -- a declared name that it looks like, when it is declared nowhere
  in_test INTEGER NOT NULL,
  scope TEXT NOT NULL
);

-- A variable of the environment that a tracked file declares.
CREATE TABLE env_declared (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,
  name TEXT NOT NULL,
  how TEXT NOT NULL        -- template | compose | dockerfile | workflow | shell | make | terraform | kubernetes | readme | settings | container | code
);

-- A key of a configuration file.
CREATE TABLE config_key (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,
  key TEXT NOT NULL,       -- with dots; list items by number
  kind TEXT NOT NULL,      -- text | number | bool | null | map | list
  value TEXT               -- scalars as text, interpolation as written
);

-- A credential that stands in a tracked configuration.
CREATE TABLE secret (
  span INTEGER NOT NULL,   -- the key
  path TEXT NOT NULL,      -- the configuration
  key TEXT NOT NULL,       -- the key, or the variable that an item of a list sets
  how TEXT NOT NULL,       -- form: it looks like what a provider gives out | address: it stands in an address | name: the key says so
  mark TEXT NOT NULL,      -- equal for equal credentials; the credential cannot be had from it
  template INTEGER NOT NULL -- the file is a template, or belongs to a test
);

-- A key of a configuration that breaks the JSON Schema which the file names, or which the project has for it.
CREATE TABLE schema_breach (
  span INTEGER NOT NULL,   -- the key; what is around it where a key is missing
  path TEXT NOT NULL,      -- the configuration
  key TEXT NOT NULL,       -- with dots, '' for the file as a whole
  schema TEXT NOT NULL,    -- the file of the schema
  how TEXT NOT NULL,       -- own (the file names it) | editor | hook | formatter (settings of such a tool do) | beside (it bears the name)
  problem TEXT NOT NULL,   -- what is wrong, as the end of a sentence
  named_span INTEGER       -- where another file says that the schema is for this one
);

-- A configuration file that code reads, where the path is spelled out.
CREATE TABLE config_file (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,      -- the file that reads it
  function TEXT NOT NULL,
  target TEXT NOT NULL,    -- the path as the code spells it
  owner TEXT,              -- as in read
  resolved TEXT,           -- the path inside the repository that it most likely means
  template TEXT,           -- a tracked template that stands beside it
  guarded INTEGER NOT NULL,-- the code bears that it is missing
  by_name INTEGER NOT NULL,-- nothing is known of the function but its name, which says that it loads a configuration
  in_test INTEGER NOT NULL,
  scope TEXT NOT NULL
);

-- A key that code reads from a configuration whose loader is known.
CREATE TABLE config_read (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,      -- the file that reads it
  target TEXT,             -- the tracked configuration that it comes from
  key TEXT NOT NULL,       -- with dots; of an undefined one as far as the first part that nothing defines
  defined INTEGER,         -- a tracked configuration defines it; NULL when that cannot be known
  has_default INTEGER NOT NULL, -- the code bears that it is missing
  certain INTEGER NOT NULL,-- the code says which file it is; 0: it is taken from the project's files by what is read
  nearest TEXT,            -- the most similar defined key
  in_test INTEGER NOT NULL,
  scope TEXT NOT NULL
);

-- A key of a configuration that nothing reads, though code takes others of the file one by one.
CREATE TABLE unused_key (
  span INTEGER NOT NULL,   -- the key
  path TEXT NOT NULL,      -- the configuration
  key TEXT NOT NULL,       -- with dots
  taken INTEGER NOT NULL,  -- how many keys of the file are read
  how TEXT NOT NULL,       -- unnamed: its name stands nowhere else | unreached: it does, but not where a key is read | beside: unnamed, and nobody sees who loads the file
  inside INTEGER           -- of a section that nothing reads: the place of one of its values
);

-- A literal in a call, where the project keeps that parameter in a configuration.
CREATE TABLE hard_coded (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,
  function TEXT NOT NULL,  -- the last part of its name
  parameter TEXT NOT NULL,
  value TEXT NOT NULL,     -- the literal
  how TEXT NOT NULL,       -- call: another call of the function takes it from a configuration | key: a configuration that the project loads holds it | siblings: other arguments of the call come from one | option: it is the default of an option that is put over a configuration
  key TEXT,                -- the key, or how the other call spells it
  other_span INTEGER,      -- the key, or the other call
  held TEXT,               -- what the configuration holds in its place, where that is something else
  scope TEXT NOT NULL
);

-- A column that code computes on a table in memory.
CREATE TABLE column_write (
  span INTEGER NOT NULL,
  frame TEXT NOT NULL,     -- the variable that holds the table
  name TEXT NOT NULL,
  used INTEGER NOT NULL,   -- read afterwards by name, pattern, whole-table use, or unknown
  dropped_span INTEGER,    -- where it is dropped or projected away unread
  anew INTEGER NOT NULL,   -- the table came with it and only its form or type changes, while no list of columns leaves it out
  scope TEXT NOT NULL
);

-- How a column is computed from others of its table, where the whole formula is spelled out.
CREATE TABLE column_formula (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,      -- the file
  name TEXT NOT NULL,      -- the column
  reads TEXT NOT NULL,     -- the columns that it is computed from, by name
  formula TEXT NOT NULL,   -- the expression in a form that does not depend on names of variables
  scope TEXT NOT NULL
);

-- Names of columns that are declared: a list in code, a field of a request, a column of a query.
CREATE TABLE feature_list (
  span INTEGER NOT NULL,
  first_span INTEGER NOT NULL, -- the first of the places where the same list stands, in copies of a file; else its own
  name TEXT NOT NULL,      -- what holds the list; of a field or a column: its own name
  kind TEXT NOT NULL,      -- constant | local | field (of a class) | computed (from a table) | schema (a field of requests) | feature-view | feature (of one) | cte | model, model-open (a query's column; open: reports may read it)
  size INTEGER NOT NULL,   -- how many names it holds
  used INTEGER NOT NULL,   -- something reads it
  owner TEXT,              -- what holds it (view, schema, CTE)
  scope TEXT NOT NULL
);

-- A field that a service that predicts asks its callers for, where a file lists nearly the same columns for training.
CREATE TABLE served_field (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,      -- the file of the schema
  owner TEXT NOT NULL,     -- the schema: the class or the name of the literal
  name TEXT NOT NULL,      -- the field
  trained INTEGER NOT NULL,-- training lists it as well, or code reads it by its name
  list_path TEXT NOT NULL, -- the file that lists the columns for training
  list_span INTEGER NOT NULL -- where it lists the column, or else its first one
);

-- A function that answers requests over the network with what a model says.
CREATE TABLE endpoint (
  span INTEGER NOT NULL,   -- the decorator that makes it one, or else the function
  path TEXT NOT NULL,
  name TEXT NOT NULL,      -- of the function
  prediction_span INTEGER NOT NULL, -- the first place where it asks a model, which may lie in a helper
  page INTEGER NOT NULL,   -- it answers with a page for people
  guard TEXT,              -- where something may ask who calls: own (itself, its parameters, decorators) | service (a file of the same service) | gateway (a configuration); NULL nowhere
  guarded_span INTEGER,    -- another endpoint of the file, which asks who calls by itself; NULL if none does
  body_span INTEGER,       -- where a model is given the body of a request that nothing has looked at; NULL nowhere
  handled INTEGER NOT NULL,-- something answers the failure of asking a model with such a body
  recorded INTEGER NOT NULL, -- it, or something that watches the service, keeps a record of answers
  is_test INTEGER NOT NULL,
  scope TEXT NOT NULL
);

-- The address of a service that predicts, spelled where code asks the service.
CREATE TABLE service_address (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,
  address TEXT NOT NULL,   -- as written; {holes} stand for unknown parts
  call_span INTEGER NOT NULL, -- the call that asks the service
  local INTEGER NOT NULL,  -- it is an address of the machine itself
  trial INTEGER NOT NULL,  -- the file is a test, an example or a notebook, or a script that only tries the service
  scope TEXT NOT NULL
);

-- A statement of SQL, wherever it stands: files, strings, f-strings, Jinja, YAML, cell magics.
CREATE TABLE sql_statement (
  span INTEGER NOT NULL,
  verb TEXT NOT NULL,      -- insert | insert-overwrite | merge | update | delete | truncate | create | drop | alter | copy | select | other
  object TEXT,             -- of definitions: table | view | index | schema | column | …
  target TEXT,             -- the table; {holes} stand for unknown parts
  named INTEGER NOT NULL,  -- more than a hole is known of the table's own name
  guard TEXT,              -- what makes it safe to repeat: on-conflict | not-exists | not-in | anti-join | if-exists | or-replace | temporary | overwrite | upsert | delete-before | …; NULL none
  cleared INTEGER NOT NULL,-- the same target is emptied or deleted before it, in the same text or by what runs it
  emptied INTEGER NOT NULL,-- it is emptied as a whole before, whatever rows the statement itself is about
  pair INTEGER NOT NULL,   -- a definition right after or before its counterpart (drop, then create)
  clock TEXT,              -- where the current time enters: predicate | value | partition | default; NULL nowhere
  window TEXT,             -- the days that its conditions take: run (the one that it is run for) | a fixed day as written; NULL unknown
  adds TEXT,               -- the column that it adds something to, row by row (SET n = n + 1); NULL for none
  log INTEGER NOT NULL,    -- the target reads like a log or an audit trail
  passing INTEGER NOT NULL,-- the target is named like one that only holds the rows of one run (staging, temporary)
  in_task INTEGER NOT NULL,-- a pipeline task or a scheduled job runs it
  migration INTEGER NOT NULL, -- part of a schema migration or a one-time set-up that runs once by design
  event INTEGER NOT NULL,  -- an INSERT of one row of values by a function without a loop: it records that something has happened; or one row of counts with the moment at which they were taken, or sample rows in a file that no code names
  idle INTEGER NOT NULL,   -- it stands in a function that nothing runs or names, while others of its file are run
  host TEXT NOT NULL,      -- file | string | template | cell
  scope TEXT NOT NULL
);

-- A table that a tool such as dbt builds from the query of a file.
CREATE TABLE built_table (
  span INTEGER NOT NULL,   -- its settings
  path TEXT NOT NULL,      -- the file
  name TEXT NOT NULL,      -- of the table: the file's name
  materialized TEXT NOT NULL, -- table | view | incremental | …, as written
  unique_key TEXT,         -- the key by which new rows take the place of old ones; NULL when none is set
  strategy TEXT,           -- how new rows are put in, when that is set
  watermark TEXT NOT NULL, -- how the query looks at what the table holds: strict (only what comes after it) | loose (may take some again) | other | unknown (a macro may look) | none
  deduplicated INTEGER NOT NULL, -- the engine of the table, or its partitions, let a row be there once
  misspelled TEXT          -- a setting that is named almost like unique_key, so that nothing reads it; NULL for none
);

-- A use of the current time, by where the value goes: a row for each file in which it goes to the gravest of those places.
CREATE TABLE clock_use (
  span INTEGER NOT NULL,
  function TEXT NOT NULL,
  sink TEXT NOT NULL,      -- path | partition | window | predicate | start_date | key | log | audit | name | duration | choice | default | unknown
  sink_span INTEGER,       -- where it goes
  evaluated TEXT NOT NULL, -- parse (a DAG file's module level) | import (module level or a default argument) | run
  in_task INTEGER NOT NULL,-- 0: a script with options does it, which lies beside code of tasks
  scope TEXT NOT NULL,
  stands_in INTEGER NOT NULL, -- it is only asked where nobody says the time: `day or today()`, a branch for a missing day
  looks INTEGER NOT NULL,  -- it only decides what is looked for or read, or what people are sent
  scheduled INTEGER NOT NULL, -- a workflow that has a schedule runs it, as far as imports and folders tell
  shifted INTEGER NOT NULL,-- what goes there lies a stretch of time before the present
  own INTEGER NOT NULL,    -- 1 a task itself asks (its function, or a method of its class), 2 a flow that calls tasks does, 0 neither
  hands_on INTEGER NOT NULL, -- the function only returns it, as it is or as a text or path, so that what is told keeps it in a retry
  for_day INTEGER NOT NULL -- it gives the day, or the end of a window, that a parameter or a setting leaves out
);

-- A value that no two runs share (a random id), in what a pipeline runs, by where it goes.
CREATE TABLE unique_use (
  span INTEGER NOT NULL,
  function TEXT NOT NULL,
  sink TEXT NOT NULL,      -- as in clock_use
  sink_span INTEGER,
  evaluated TEXT NOT NULL, -- as in clock_use
  in_task INTEGER NOT NULL,
  scope TEXT NOT NULL
);

-- A task's step that moves, deletes or overwrites a file or folder.
CREATE TABLE removal (
  span INTEGER NOT NULL,
  function TEXT NOT NULL,
  action TEXT NOT NULL,    -- delete | move | overwrite
  target TEXT,
  is_input INTEGER NOT NULL,-- the same step read it before
  input_span INTEGER,      -- where
  maker_span INTEGER,      -- where another step of the same workflow made it
  handed INTEGER NOT NULL, -- the path is handed to the step, so that something outside it made what lies there
  last INTEGER NOT NULL,   -- nothing that could fail comes after it in its step, and it happens once
  guarded INTEGER NOT NULL,-- under an existence test, missing_ok, or a handler
  temporary INTEGER NOT NULL,-- a temporary file, one that the same step wrote, or one that the function has tried to remove before
  in_task INTEGER NOT NULL,
  scope TEXT NOT NULL,
  scripted INTEGER NOT NULL -- a script that takes options does it, in a repository that has tasks
);

-- A file that a task writes piece by piece at its place, where the next run leaves out what is there already.
CREATE TABLE cut_write (
  span INTEGER NOT NULL,   -- the call that opens or fetches it
  function TEXT NOT NULL,
  target TEXT,             -- the path; {holes} stand for unknown parts
  scope TEXT NOT NULL,
  entry_kind TEXT          -- script | notebook | task | handler | test | function: what runs it
);

-- A folder that code creates.
CREATE TABLE folder_creation (
  span INTEGER NOT NULL,
  function TEXT NOT NULL,
  target TEXT,
  guarded INTEGER NOT NULL,-- exist_ok, an existence test, or a handler
  in_task INTEGER NOT NULL,
  scope TEXT NOT NULL,
  entry_kind TEXT          -- as in read
);

-- A command that a step hands to a shell and that changes files.
CREATE TABLE shell_step (
  span INTEGER NOT NULL,
  command TEXT NOT NULL,   -- rm | mv | mkdir | unlink | >>
  action TEXT NOT NULL,    -- delete | move | folder | append
  target TEXT,             -- the first path that it is given
  last INTEGER NOT NULL,   -- nothing that could fail comes after it in the text
  guarded INTEGER NOT NULL,-- an option, a test or a `||` allows for its having run before
  aside INTEGER NOT NULL,  -- the same text has made the path, or it is temporary or a log
  scope TEXT NOT NULL
);

-- A handler around a step of a pipeline that loads, writes or sends.
CREATE TABLE handler (
  span INTEGER NOT NULL,
  names TEXT NOT NULL,     -- the exceptions that it takes, or `everything`
  action TEXT NOT NULL,    -- what it does at its end: raise | sort (it raises some) | return | pass | break | log | go-on
  quiet INTEGER NOT NULL,  -- the failure leaves no trace but a log line: the step goes on as if it had worked
  function TEXT NOT NULL,  -- what may fail
  step_span INTEGER NOT NULL, -- where
  moves INTEGER NOT NULL,  -- it changes data (writes, sends, loads) and does not only ask for something
  in_loop INTEGER NOT NULL,-- the handler stands in a loop: the other items go on
  empty INTEGER NOT NULL,  -- the function gives its result inside the try, and nothing at all after the failure
  by_name INTEGER NOT NULL,-- only the name of what may fail says that it loads or moves data
  unchecked INTEGER NOT NULL, -- nothing takes the place of a result, no caller asks if there is one, and it is none of many
  mild INTEGER NOT NULL,   -- people are only warned of the failure, as of something that the rest can do without
  in_task INTEGER NOT NULL,
  scope TEXT NOT NULL
);

-- A call that waits for a network.
CREATE TABLE network_call (
  span INTEGER NOT NULL,
  function TEXT NOT NULL,
  timeout TEXT NOT NULL,   -- given | absent | null | unknown
  parameter TEXT,          -- the argument that would set it
  path TEXT NOT NULL,      -- the file it stands in
  in_test INTEGER NOT NULL,
  in_task INTEGER NOT NULL,
  scope TEXT NOT NULL,
  entry_kind TEXT          -- as in read
);

-- A call that asks a network, a database or a store whenever the file of a workflow is read.
CREATE TABLE parse_call (
  span INTEGER NOT NULL,
  function TEXT NOT NULL,
  what TEXT NOT NULL,      -- network | database | store (of variables and secrets)
  path TEXT NOT NULL,      -- the file of the workflow
  reached_span INTEGER NOT NULL, -- the place in that file from which it is reached
  scope TEXT NOT NULL
);

-- Something that tries again when it fails, in what a pipeline runs: a decorator, a setting, a loop around a call.
CREATE TABLE repeated_try (
  span INTEGER NOT NULL,
  function TEXT NOT NULL,  -- what tries again; of a loop what it calls
  times TEXT,              -- how often, as folded; ? when that cannot be known, NULL when nothing says it
  waits TEXT NOT NULL,     -- whether it waits in between: given | none | unknown
  path TEXT NOT NULL,      -- the file
  in_task INTEGER NOT NULL,
  scope TEXT NOT NULL
);

-- A workflow: a DAG or flow that holds tasks.
CREATE TABLE workflow (
  span INTEGER NOT NULL,
  framework TEXT NOT NULL, -- as in task
  name TEXT,
  path TEXT NOT NULL,      -- the file
  retries TEXT,            -- what it gives every task; NULL when nothing, ? when that cannot be known
  defaults_span INTEGER,   -- where the arguments for all tasks are written, when they have a name
  scheduled INTEGER NOT NULL, -- it runs by a schedule, as far as can be told
  home TEXT NOT NULL,      -- the folder that a scheduler reads it from: the outermost of that name, else the file's own
  schedule TEXT,           -- its schedule, as folded; ? when that cannot be known, NULL when none is given
  catchup TEXT,            -- whether missed runs are made up for, likewise
  catchup_misplaced INTEGER NOT NULL, -- that stands among the arguments of tasks, where nothing reads it
  most_runs TEXT,          -- how many runs may go on at once, likewise
  always INTEGER NOT NULL, -- it is made in every case: under no condition, in no loop and by no function
  waits INTEGER NOT NULL   -- it says how long a task waits before it is tried again
);

-- A task of a workflow system, or a job that a stage runs.
CREATE TABLE task (
  span INTEGER NOT NULL,
  framework TEXT NOT NULL, -- airflow | prefect | dagster | luigi | kedro | dvc | …
  name TEXT,
  function TEXT,           -- the function that it runs: path:name
  retries TEXT,            -- as folded, its own or its workflow's; NULL when none is set, ? when that cannot be known
  timeout TEXT,            -- likewise
  path TEXT NOT NULL,      -- the file
  touches INTEGER NOT NULL, -- it speaks to a database or a store by itself
  container TEXT,          -- what in the file holds it (workflow, group), as a sign that only equals itself; NULL unknown
  always INTEGER NOT NULL, -- it is made in every case: under no condition, in no loop and by no function
  flow INTEGER NOT NULL    -- it is a flow that calls tasks, and none of them
);

-- A function by way of which another one comes to add rows to a table or a file.
CREATE TABLE adding_step (
  function TEXT NOT NULL,  -- path:name, as in task
  adds TEXT NOT NULL,      -- the function that adds, written the same way
  target TEXT              -- to what, when it comes from there
);

-- Something that a call learned from rows which an evaluation holds out, or a measure taken on rows that trained the model.
CREATE TABLE leak (
  span INTEGER NOT NULL,   -- the call that learns too early, or measures the wrong rows; of several statistics the first
  function TEXT NOT NULL,  -- what is called there
  at_span INTEGER NOT NULL,-- the place itself, where several statistics make one row each
  at_function TEXT NOT NULL, -- the function that is called there
  how TEXT NOT NULL,       -- before-split | before-folds | before-inner-folds (of training rows, and no other rows give the verdict) | on-test | on-training-rows | on-overlapping-rows | tuned-on-test | tuned-on-validation | searched-on-test | searched-on-validation | chosen-on-test | chosen-on-validation (the best one so far, or of several, is kept)
  role TEXT NOT NULL,      -- what is learned: statistics | statistic | group-statistic (of features, within groups) | vocabulary | clusters | selection | target | resampling | categories | labels | model | threshold
  shown_by TEXT NOT NULL,  -- what tells that the rows are held out: split | folds | score | slice (named as training and as other rows) | predict | sides (it learns of both sides of a split) | choice (chosen once more of the same) | curve (a threshold, which nothing goes by)
  other TEXT NOT NULL,     -- the function that splits, asks or trains the model
  other_span INTEGER NOT NULL, -- where
  in_test INTEGER NOT NULL,
  scope TEXT NOT NULL
);

-- What looks ahead in a time series, or mixes its rows before they are split.
CREATE TABLE series_use (
  span INTEGER NOT NULL,
  function TEXT NOT NULL,
  how TEXT NOT NULL,       -- ahead-shift | ahead-window | ahead-fill | shuffled
  sign_span INTEGER,       -- a place that shows that the rows follow each other in time
  scope TEXT NOT NULL
);

-- An import in Python code or a notebook.
CREATE TABLE import (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,
  module TEXT NOT NULL,    -- the qualified name; a relative one with its leading dots
  target TEXT,             -- the file of this repository that it means; NULL for anything else
  scope TEXT NOT NULL      -- the function or class around it, '' at module level
);

-- A dependency that a requirements file, pyproject.toml, setup.cfg, Pipfile or conda environment declares.
CREATE TABLE requirement (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,
  name TEXT NOT NULL,      -- normalised as PEP 503 says
  specifier TEXT NOT NULL, -- as written: ==1.2, >=1; an address for what comes from elsewhere
  pinned INTEGER NOT NULL, -- one version only
  bound TEXT NOT NULL,     -- exact (one version) | range (it ends somewhere) | open (any later version will do, or whatever a branch holds) | local (a path)
  locked TEXT,             -- the lock, constraints or list beside it that pin the name; NULL for none
  part TEXT NOT NULL       -- main | optional | develop | build | tool (it installs, builds or runs others) | own (a package that this repository makes)
);

-- A file that declares dependencies.
CREATE TABLE requirement_file (
  span INTEGER NOT NULL,   -- its first line
  path TEXT NOT NULL,
  kind TEXT NOT NULL,      -- list (requirements) | constraints | project (pyproject.toml, setup.cfg) | pipfile | conda
  role TEXT NOT NULL,      -- main | develop (tests, pages, checks: no result comes of it) | foreign (a copy of another project)
  library INTEGER NOT NULL -- the project around it is meant to be installed by others, who choose the versions
);

-- A package that a command in a notebook installs.
CREATE TABLE install (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,
  name TEXT NOT NULL,      -- normalised as PEP 503 says
  specifier TEXT NOT NULL, -- as in requirement
  bound TEXT NOT NULL,     -- as in requirement
  locked TEXT,             -- as in requirement; a list of requirements of a folder around it counts as well
  part TEXT NOT NULL       -- main | tool | own (a package that this repository makes)
);

-- An image that a container file begins with, or that a compose file runs. Earlier stages and `scratch` are none.
CREATE TABLE base_image (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,
  image TEXT NOT NULL,     -- without tag and digest, the defaults of arguments filled in
  tag TEXT,                -- NULL for none
  state TEXT NOT NULL,     -- digest | named (a tag) | moving (a tag such as latest) | none (no tag) | unknown (an argument decides)
  host TEXT NOT NULL,      -- dockerfile | compose
  own INTEGER NOT NULL,    -- this repository builds it itself, as far as can be seen
  role TEXT NOT NULL       -- as in requirement_file
);

-- A cell of code of a notebook that is not empty.
CREATE TABLE cell (
  span INTEGER NOT NULL,   -- its first line
  path TEXT NOT NULL,
  number INTEGER NOT NULL, -- counting all cells from 0
  execution_count INTEGER  -- as which it was run; NULL for one whose output was cleared, or that never ran
);

-- A column that the header of a tracked data file names: CSV, TSV, JSON lines, and Parquet with the extra `data`.
CREATE TABLE data_column (
  span INTEGER NOT NULL,
  path TEXT NOT NULL,
  position INTEGER NOT NULL, -- from 0
  name TEXT NOT NULL,
  type TEXT                -- as the file says it; NULL where it says none
);

-- A file that a change touches. This table and the others of a change are filled only where a base is known (--since,
-- --staged, a push), so a rule that reads them is asked only there, and what it finds is always new.
CREATE TABLE change (
  span INTEGER NOT NULL,   -- its first line
  path TEXT NOT NULL,      -- the file as it is called now, or as it was called if it is gone
  old_path TEXT NOT NULL,  -- as it was called
  status TEXT NOT NULL,    -- added | deleted | modified | renamed
  artefact TEXT NOT NULL,  -- data-pointer | model-pointer | result-pointer | lock | pipeline | metrics | model | data | test | code | notebook | parameters | config | card | docs | other
  project TEXT NOT NULL    -- the folder of the pipeline or data version system that it belongs to, '' at the top
);

-- A tracked file that a reviewer looks for beside a change of data or a model; filled where a change has one of these.
CREATE TABLE companion (
  span INTEGER NOT NULL,   -- its first line
  path TEXT NOT NULL,      -- the file
  artefact TEXT NOT NULL,  -- metrics | lock | model-pointer
  project TEXT NOT NULL,   -- as in change
  moved INTEGER NOT NULL   -- the change touches it
);

-- A pointer that names another version than before.
CREATE TABLE pointer_change (
  span INTEGER NOT NULL,   -- the place that names the version
  path TEXT NOT NULL,      -- the pointer file
  target TEXT NOT NULL,    -- the file or folder that it answers for
  system TEXT NOT NULL,    -- dvc | lfs | annex
  role TEXT NOT NULL,      -- data | model | result: what the target holds
  project TEXT NOT NULL,   -- as in change
  old_hash TEXT,           -- the version before; NULL for a new target
  hash TEXT NOT NULL       -- the version now
);

-- Something that a lock of a pipeline records otherwise than before, of stages that both know.
CREATE TABLE lock_change (
  span INTEGER NOT NULL,   -- the place that records it; the stage where it is recorded no more
  path TEXT NOT NULL,      -- the lock
  stage TEXT NOT NULL,     -- the stage
  role TEXT NOT NULL,      -- dep | out | param | command
  target TEXT NOT NULL,    -- the path, or `file:key` for a param; '' for the command
  holds TEXT NOT NULL,     -- data | model | result: what a file of that name would hold
  project TEXT NOT NULL,   -- as in change
  old_value TEXT,          -- the hash, the parameter or the command before; NULL if it was not recorded
  value TEXT               -- the same now; NULL if it is recorded no more
);

-- A measure in a tracked file of measures that differs.
CREATE TABLE metric_change (
  span INTEGER NOT NULL,   -- the measure; of a lost one the first of the file
  path TEXT NOT NULL,      -- the file of measures
  key TEXT NOT NULL,       -- the measure, with dots
  old_value REAL NOT NULL, -- before
  value REAL,              -- now; NULL when it is no longer measured
  better TEXT,             -- higher | lower: which way is better; NULL when the name does not tell
  verdict TEXT NOT NULL,   -- better | worse | lost | other
  relative REAL,           -- how much it differs, as a part of the value before; NULL where that was 0
  announced INTEGER NOT NULL -- the messages of the commits between speak of it
);

-- A column of a data file's header that differs.
CREATE TABLE column_change (
  span INTEGER NOT NULL,   -- the column; of a dropped one the first of the header
  path TEXT NOT NULL,      -- the data file
  name TEXT NOT NULL,      -- the column
  how TEXT NOT NULL,       -- added | dropped | retyped
  old_type TEXT,           -- what its first values looked like before: number | text | a type of the format
  type TEXT,               -- what they look like now
  announced INTEGER NOT NULL -- the messages of the commits between speak of it
);

-- A line of code that names a column which a change adds, drops or retypes, in code that names the data file.
CREATE TABLE column_use (
  span INTEGER NOT NULL,   -- where the column is named
  path TEXT NOT NULL,      -- the code
  data_path TEXT NOT NULL, -- the data file
  name TEXT NOT NULL,      -- the column
  changed INTEGER NOT NULL -- the change touches this code as well
);

-- A tolerance, a threshold, a gate or a seed with another value, or a test that went.
CREATE TABLE check_change (
  span INTEGER NOT NULL,   -- the value; of a test that went the file's first line
  path TEXT NOT NULL,      -- the file
  how TEXT NOT NULL,       -- tolerance | threshold | seed | test (it went) | switched-off (a test that is skipped now)
  name TEXT NOT NULL,      -- what is held to account, as written; of a test its name
  old_value TEXT,          -- before
  value TEXT,              -- now
  looser INTEGER,          -- 1 lets more pass than before; NULL where that cannot be said
  here INTEGER NOT NULL,   -- the file is still there
  scope TEXT NOT NULL      -- the test around it
);

-- A function that a change touches on one side, while its copy in a notebook or module is as both were.
CREATE TABLE copy_change (
  span INTEGER NOT NULL,   -- the function that was changed
  path TEXT NOT NULL,      -- its file
  name TEXT NOT NULL,      -- its name
  other_path TEXT NOT NULL, -- the file that holds the copy
  other_span INTEGER NOT NULL, -- the copy
  touched INTEGER NOT NULL -- the change touches that file as well
);

-- A test that takes a number to be the same to the last bit, though arithmetic that rounds made it.
CREATE TABLE exact_assertion (
  span INTEGER NOT NULL,   -- the comparison
  function TEXT NOT NULL,  -- what compares: == or the name of a method of tests
  value TEXT NOT NULL,     -- the number that is expected; it is none that binary fractions hold
  computed TEXT NOT NULL,  -- what made the other number: arithmetic | aggregate (sum, mean …) | measure (of a model)
  scope TEXT NOT NULL      -- the test
);

-- A test that holds what was drawn at random to account, while nothing seeds the generator.
CREATE TABLE random_assertion (
  span INTEGER NOT NULL,   -- the first such comparison of the test
  function TEXT NOT NULL,  -- what draws
  draw_span INTEGER NOT NULL, -- where
  generator TEXT NOT NULL, -- as in draw
  how TEXT NOT NULL,       -- near (a number, with a tolerance) | above | below (a number)
  scope TEXT NOT NULL      -- the test
);

-- A test that is run again when it fails.
CREATE TABLE repeated_test (
  span INTEGER NOT NULL,   -- the decorator
  function TEXT NOT NULL,  -- what runs it again
  times TEXT,              -- how often, as it is written; NULL where nothing says it
  scope TEXT NOT NULL      -- the test
);

-- A file, cell or part that could not be read; the rest was still checked.
CREATE TABLE unreadable (
  path TEXT NOT NULL,
  cell INTEGER,
  line INTEGER,
  reason TEXT NOT NULL     -- a sentence
);
