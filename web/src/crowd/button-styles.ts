import { css } from "lit";

export const buttonStyles = css`
  button, a.button {
    display: inline-flex; align-items: center; justify-content: center; gap: 8px; min-height: 40px; padding: 6px 18px;
    font: inherit; font-weight: 600; line-height: 1.25; text-decoration: none; cursor: pointer;
    color: var(--crowd-ink); background: var(--crowd-ground);
    border: 1px solid var(--crowd-line-strong); border-radius: var(--crowd-radius);
  }
  button:hover, a.button:hover { background: var(--crowd-surface-strong); }
  .primary { color: var(--crowd-on-accent); background: var(--crowd-accent); border-color: var(--crowd-accent); }
  button.primary:hover, a.primary:hover { background: var(--crowd-accent-strong); }
  .link, .icon-only { background: none; border-color: transparent; color: var(--crowd-accent); padding: 6px 8px; min-height: 32px; }
  .link { text-decoration: underline; text-underline-offset: 3px; }
  button:disabled { opacity: 0.6; cursor: default; }
  button:disabled:hover { background: var(--crowd-ground); }
  button.primary:disabled:hover { background: var(--crowd-accent); }
  .spinner { width: 16px; height: 16px; border: 2px solid currentColor; border-top-color: transparent; border-radius: 50%; animation: turn 0.8s linear infinite; }
  @keyframes turn { to { transform: rotate(1turn); } }
`;
