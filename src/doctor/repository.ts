import type { Component } from '../diagnosis/diagnosis.ts';
import type { Workshop } from '../recovery/plan.ts';
import { field } from '../text/field.ts';
import { join, say } from '../text/safe.ts';
import { type Examined, note, ok, problem, unknown } from './examined.ts';

export interface RepositoryFacts {
  readonly repository: Workshop['repository'];
  /** Tasks of its Taskfile; null when it could not be read. */
  readonly tasks: readonly string[] | null;
  /** What is installed; null when the cluster could not be asked, or does not show its releases. */
  readonly components: readonly Component[] | null;
}

/** Tasks that actions run. */
const WANTED_TASKS = ['bootstrap:apps'];

/** Whether the repository could bring back what is installed: helmfile and Taskfile against the cluster. */
export function examineRepository(facts: RepositoryFacts): readonly Examined[] {
  const { repository } = facts;
  if (repository === null)
    return [
      note(
        'repository',
        say`there is no repository: nothing can be installed from here`,
        say`start groundup inside of it, or set ROOT_DIR`,
      ),
    ];
  return [
    ok('repository', field(repository.root)),
    ...helmfileOf(repository),
    ...taskfileOf(facts, repository),
    ...releasesOf(facts, repository),
  ];
}

type Repository = NonNullable<Workshop['repository']>;

function helmfileOf({ helmfile, missingEnv, releases }: Repository): readonly Examined[] {
  if (helmfile === null)
    return [
      note(
        'repository',
        say`it has no helmfile in one of the usual places: no release can be synced`,
        say`name it with GROUNDUP_HELMFILE`,
      ),
    ];
  return [
    ...missingEnv.map(name =>
      problem(
        'repository',
        say`${helmfile} requires the variable ${name}, which is not set`,
        say`export ${name} (direnv or mise often do that for you)`,
      ),
    ),
    releases === null
      ? problem(
          'repository',
          say`${helmfile} could not be read`,
          say`see why: helmfile --file ${helmfile} list`,
        )
      : ok('repository', say`${helmfile} lists ${releases.length} releases`),
  ];
}

function taskfileOf({ tasks }: RepositoryFacts, { taskfile }: Repository): readonly Examined[] {
  if (taskfile === null)
    return [note('repository', say`it has no Taskfile: there is no task to bootstrap by`)];
  if (tasks === null) return [unknown('repository', say`${taskfile} could not be read`)];
  const missing = WANTED_TASKS.filter(
    name => !tasks.includes(name) && !tasks.includes(name.replace(/[^:]*$/, '*')),
  );
  return missing.length === 0
    ? [ok('repository', say`${taskfile} has the task ${field(WANTED_TASKS.join(', '))}`)]
    : missing.map(name =>
        note(
          'repository',
          say`${taskfile} has no task ${field(name)}: the bootstrap action cannot run it`,
          say`add it, so that a lost cluster is one command`,
        ),
      );
}

function releasesOf({ components }: RepositoryFacts, { releases }: Repository): readonly Examined[] {
  if (releases === null) return [];
  if (components === null)
    return [unknown('repository', say`whether its releases are installed cannot be told from here`)];
  const wanted = components.filter(one =>
    releases.some(release => release.name === one.name && release.namespace === one.namespace),
  );
  const missing = wanted.filter(
    one => one.release === null && one.installed === null && one.running === null,
  );
  const other = wanted.filter(
    one => one.wanted !== null && one.installed !== null && one.wanted !== one.installed,
  );
  const broken = wanted.filter(one => one.release !== null && one.release.status !== 'deployed');
  return [
    ...missing.map(({ name, namespace }) =>
      problem(
        'repository',
        say`release ${namespace}/${name} is wanted and not installed`,
        say`groundup recover sync-release ${name}`,
      ),
    ),
    ...broken.map(({ name, namespace, release }) =>
      problem(
        'repository',
        say`release ${namespace}/${name} is ${field(release?.status ?? 'unknown')}`,
        say`see: groundup check`,
      ),
    ),
    ...other.map(({ name, namespace, wanted: want, installed }) =>
      note(
        'repository',
        say`release ${namespace}/${name}: the helmfile wants ${want ?? say`?`}, installed is ${installed ?? say`?`}`,
        say`a sync changes its version: bring one in line with the other first`,
      ),
    ),
    ...(missing.length + broken.length + other.length === 0 && wanted.length > 0
      ? [
          ok(
            'repository',
            say`installed as wanted: ${join(
              wanted.map(one => one.name),
              ', ',
            )}`,
          ),
        ]
      : []),
  ];
}
