/** Human task UIs as `/v1` has them. */
export interface HumanTaskUi {
  name: string;
  sha256: string;
  created_at: string;
}

export interface HumanTaskUiDetail extends HumanTaskUi {
  arn: string;
  template: string;
}
