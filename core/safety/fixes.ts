/** What to do where a field cannot be changed in place. */
export const immutableFix =
  'Undo the change; or allow the replacement with the annotation driftless.dev/replace: "true", or with apply.replace of the application.';
