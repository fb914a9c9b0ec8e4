import { NativeSelect, PasswordInput, TextInput } from '@mantine/core';

interface IntegrationFieldsProps {
  values: { name?: string; url?: string; keyIn?: string; keyName?: string };
  errors: Record<string, string>;
  /** An existing integration keeps its key when the field is left empty. */
  keepsKey?: boolean;
}

export function IntegrationFields({ values, errors, keepsKey = false }: IntegrationFieldsProps) {
  return (
    <>
      <TextInput
        label="Name"
        name="name"
        required
        withAsterisk={false}
        maxLength={100}
        defaultValue={values.name ?? ''}
        error={errors.name}
      />
      <TextInput
        label="Address"
        description="For Okta Workflows: the invoke URL of a delegated flow with an API endpoint."
        name="url"
        type="url"
        required
        withAsterisk={false}
        placeholder="https://acme.workflows.okta.com/api/flo/…/invoke"
        defaultValue={values.url ?? ''}
        error={errors.url}
      />
      <NativeSelect
        label="API key"
        description="Okta Workflows takes it as the URL parameter clientToken, or as the header x-api-client-token."
        name="keyIn"
        defaultValue={values.keyIn ?? 'none'}
        data={[
          { value: 'none', label: 'None' },
          { value: 'query', label: 'As a URL parameter' },
          { value: 'header', label: 'As a header' },
        ]}
        error={errors.keyIn ?? errors.key}
      />
      <TextInput
        label="Key name"
        name="keyName"
        maxLength={100}
        placeholder="clientToken"
        defaultValue={values.keyName ?? ''}
        error={errors.keyName ?? errors['key.name']}
      />
      <PasswordInput
        label="Key value"
        description={keepsKey ? 'Leave empty to keep the key that is stored.' : undefined}
        name="keyValue"
        autoComplete="off"
        error={errors.keyValue ?? errors['key.value']}
      />
    </>
  );
}
