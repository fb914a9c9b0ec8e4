import { type Choice, FilterBar, SearchField, SelectFilter } from '~/ui/filters';
import { SEVERITIES } from '~/ui/severity';
import { words } from '~/ui/words';

const STATUSES = ['open', 'resolved', 'dismissed', 'all'].map((value) => ({ value, label: words(value) }));
const SORTS: Choice[] = [
  { value: '-priority', label: 'Highest priority' },
  { value: 'priority', label: 'Lowest priority' },
  { value: '-openedAt', label: 'Newest' },
  { value: 'openedAt', label: 'Oldest' },
];

interface IssueFiltersProps {
  detections: Choice[];
  sources: Choice[];
  users: Choice[];
}

export function IssueFilters({ detections, sources, users }: IssueFiltersProps) {
  return (
    <FilterBar>
      <SearchField label="Search" placeholder="Title or subject" />
      <SelectFilter label="Status" name="status" choices={STATUSES} fallback="open" />
      <SelectFilter
        label="Severity"
        name="severity"
        all="Any"
        choices={SEVERITIES.map((value) => ({ value, label: words(value) }))}
      />
      <SelectFilter label="Detection" name="detection" all="Any" choices={detections} />
      <SelectFilter label="Source" name="source" all="Any" choices={sources} />
      {users.length === 0 ? null : (
        <SelectFilter
          label="Assignee"
          name="assignee"
          all="Anyone"
          choices={[{ value: 'none', label: 'Nobody' }, ...users]}
        />
      )}
      <SelectFilter label="Sort" name="sort" choices={SORTS} fallback="-priority" narrowOnly />
    </FilterBar>
  );
}
