/** What the themes of saved queries are called, in the order in which they are shown. */
export const THEMES = [
  { id: 'admin', title: 'Administrators', hint: 'Who may do what, and over what.' },
  { id: 'hygiene', title: 'Hygiene of privileged users', hint: 'Old passwords, missing factors, stale and inactive.' },
  { id: 'credentials', title: 'Credentials', hint: 'Secrets, keys and tokens, and who can get at them.' },
  { id: 'federation', title: 'Federation and sync', hint: 'What other systems decide here, and the other way round.' },
  { id: 'inventory', title: 'Inventory', hint: 'What is there and how it hangs together.' },
] as const;
