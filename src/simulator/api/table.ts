import type { Json, Stored } from '../world.ts';
import { age } from './ages.ts';
import { COLUMNS } from './columns.ts';
import { jsonPathText } from './json-path.ts';
import type { CustomColumn, Resource } from './resources.ts';

/** One printer column: `priority` 1 shows in wide output only. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'number' | 'date';
  readonly format?: string;
  readonly priority?: number;
  readonly description?: string;
  readonly cell: (object: Stored, now: number) => Json;
}

export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** A Table of the objects with all columns, also those of wide output: the client chooses by priority. */
export function toTable(
  resource: Resource,
  version: string,
  objects: readonly Stored[],
  metadata: Json,
  options: { readonly include: IncludeObject; readonly now: number; readonly headless?: boolean },
): Json {
  const columns = columnsOf(resource, version);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: options.headless
      ? null
      : columns.map(({ name, type, format = '', priority = 0, description = '' }) => ({
          name,
          type,
          format,
          description,
          priority,
        })),
    rows: objects.map(object => ({
      cells: columns.map(column => column.cell(object, options.now)),
      ...rowConditions(object),
      object: included(object, options.include),
    })),
  };
}

/** What metadata-only clients get. */
export function toMetadata(object: Stored): Json {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

function included(object: Stored, include: IncludeObject): Json {
  if (include === 'None') return null;
  return include === 'Object' ? object : toMetadata(object);
}

function rowConditions(object: Stored): Json {
  const phase = object.kind === 'Pod' ? object.status?.phase : undefined;
  if (phase !== 'Succeeded' && phase !== 'Failed') return {};
  const message = phase === 'Failed' ? 'The pod failed.' : 'The pod has completed successfully.';
  return { conditions: [{ type: 'Completed', status: 'True', reason: phase, message }] };
}

const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  cell: object => object.metadata.name,
};
const AGE: Column = {
  name: 'Age',
  type: 'string',
  description: 'Time since the object was created.',
  cell: (object, now) => age(object.metadata.creationTimestamp, now),
};
const CREATED_AT: Column = {
  name: 'Created At',
  type: 'date',
  description: 'When the object was created.',
  cell: object => object.metadata.creationTimestamp,
};

function columnsOf(resource: Resource, version: string): readonly Column[] {
  const key = resource.alias ?? resource.key;
  const built = COLUMNS[key];
  if (built) return key === '/events' ? built : [NAME, ...built];
  if (!resource.columns) return [NAME, CREATED_AT];
  const custom = resource.columns[version] ?? [];
  return custom.length > 0 ? [NAME, ...custom.map(customColumn)] : [NAME, AGE];
}

function customColumn(column: CustomColumn): Column {
  const { name, type, format, description, priority, jsonPath } = column;
  return {
    name,
    type: type as Column['type'],
    ...(format === undefined ? {} : { format }),
    ...(description === undefined ? {} : { description }),
    ...(priority === undefined ? {} : { priority }),
    cell: (object, now) => {
      const value = jsonPathText(object, jsonPath);
      if (value === undefined) return null;
      return type === 'date' ? age(value, now) : value;
    },
  };
}
