import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { Form } from '@remix-run/react';
import type { Automation } from '~/api/outbound.server';
import type { Choice } from '~/ui/filters';
import { ActionButton, ChoiceGroup, Disclosure, Fields, FormActions, Submit } from '~/ui/forms';
import { SEVERITIES } from '~/ui/severity';
import { StatusTag } from '~/ui/status';
import { plural, words } from '~/ui/words';
import styles from './integrations.module.css';

const CHANGES = [
  { value: 'opened', label: 'An issue opens' },
  { value: 'reopened', label: 'It opens again' },
  { value: 'resolved', label: 'It is resolved' },
];

interface AutomationRowProps {
  automation: Automation;
  detections: Choice[];
  manage: boolean;
}

export function AutomationRow({ automation, detections, manage }: AutomationRowProps) {
  const what = automation.detections === null ? 'All detections' : plural(automation.detections.length, 'detection');
  const floor = automation.minSeverity === null ? 'any severity' : `${automation.minSeverity} and up`;
  return (
    <div className={styles.automation}>
      <div className="row">
        <strong>{automation.name}</strong>
        <StatusTag
          status={automation.enabled ? 'active' : 'off'}
          label={automation.enabled ? 'Sends by itself' : 'Off'}
        />
        {manage ? (
          <span className={styles.toggle}>
            <ActionButton
              intent={automation.enabled ? 'automation-off' : 'automation-on'}
              about={automation.id}
              size="compact-sm"
              variant="default"
            >
              {automation.enabled ? 'Turn off' : 'Turn on'}
            </ActionButton>
          </span>
        ) : null}
      </div>
      <p className="mute">
        {what}, {floor}, when {automation.changes.map((change) => words(change).toLowerCase()).join(' or ')}
      </p>
      {manage ? (
        <Disclosure label="Change" tone="plain">
          <AutomationForm detections={detections} automation={automation} errors={{}} intent="automation-save" />
          <div className={styles.remove}>
            <ActionButton
              intent="automation-delete"
              about={automation.id}
              size="compact-sm"
              variant="subtle"
              color="crimson"
            >
              Remove this automation
            </ActionButton>
          </div>
        </Disclosure>
      ) : null}
    </div>
  );
}

interface AutomationFormProps {
  detections: Choice[];
  automation?: Automation;
  errors: Record<string, string>;
  intent: string;
}

export function AutomationForm({ detections, automation, errors, intent }: AutomationFormProps) {
  return (
    <Form method="post">
      {automation === undefined ? null : <input type="hidden" name="id" value={automation.id} />}
      <Fields>
        <TextInput
          label="Name"
          name="name"
          maxLength={100}
          required
          withAsterisk={false}
          defaultValue={automation?.name ?? 'Send issues'}
        />
        <NativeSelect
          label="Least severity"
          name="minSeverity"
          defaultValue={automation?.minSeverity ?? ''}
          data={[{ value: '', label: 'Any' }, ...SEVERITIES.map((value) => ({ value, label: words(value) }))]}
        />
        <ChoiceGroup legend="When" error={errors.changes}>
          {CHANGES.map((change) => (
            <Checkbox
              key={change.value}
              name="changes"
              value={change.value}
              label={change.label}
              defaultChecked={(automation?.changes ?? ['opened', 'reopened']).includes(change.value)}
            />
          ))}
        </ChoiceGroup>
        <ChoiceGroup legend="Detections" hint="None chosen means all of them." error={errors.detections}>
          <div className={styles.detections}>
            {detections.map((detection) => (
              <Checkbox
                key={detection.value}
                name="detections"
                value={detection.value}
                label={detection.label}
                defaultChecked={automation?.detections?.includes(detection.value) ?? false}
              />
            ))}
          </div>
        </ChoiceGroup>
        <FormActions>
          <Submit intent={intent} about={automation?.id}>
            {automation === undefined ? 'Turn on' : 'Save'}
          </Submit>
        </FormActions>
      </Fields>
    </Form>
  );
}
