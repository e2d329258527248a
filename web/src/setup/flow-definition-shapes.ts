/** Flow definitions as `/v1` has them. */
export interface FlowDefinition {
  name: string;
  created_at: string;
  /** Takes no loops any more; gone when the last one is over. */
  deleting: boolean;
}

export interface FlowDefinitionDetail extends FlowDefinition {
  arn: string;
  human_task_ui: string;
  team: string;
  title: string;
  description: string;
  count: number;
  time_limit_seconds: number;
  lifetime_seconds: number;
  keywords: string[];
  request_source: string | null;
  activation_conditions: string | null;
  output: string;
}

/** What AWS calls the built-in task types. */
export const REQUEST_SOURCES: readonly { value: string; title: string }[] = [
  { value: "AWS/Rekognition/DetectModerationLabels/Image/V3", title: "Rekognition: moderation of images" },
  { value: "AWS/Textract/AnalyzeDocument/Forms/V1", title: "Textract: forms in documents" },
];
