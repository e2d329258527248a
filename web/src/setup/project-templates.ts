/** Ready label schemas: templates that work as they are, with an input to try each of them. */
import type { JsonObject } from "../ui/json";

export interface ReadyTemplate {
  id: string;
  title: string;
  purpose: string;
  template: string;
  input: JsonObject;
}

const QUESTION_STYLES = `<style>
  .document { max-width: 44rem; padding: 1rem; border: 1px solid; border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
  fieldset { max-width: 44rem; margin: 1rem 0; padding: 0.75rem 1rem; border: 1px solid; border-radius: 8px; }
  legend { padding: 0 0.375rem; font-weight: 600; }
  fieldset label { display: block; padding: 0.25rem 0; }
  fieldset input { margin: 0 0.5rem 0 0; vertical-align: middle; }
  .nested { display: none; margin: 0.25rem 0 0 1.75rem; }
  .nested textarea { display: block; width: 100%; min-height: 4rem; font: inherit; }
  fieldset:has(input[value="no"]:checked) .nested { display: block; }
</style>`;

const FORGET_NESTED = `<script>
  // What is wrong belongs to "No": another choice takes it back.
  document.addEventListener("change", (event) => {
    if (event.target.type !== "radio" || event.target.value === "no") return;
    const nested = event.target.closest("fieldset").querySelector(".nested textarea");
    if (nested) nested.value = "";
  });
</script>`;

const TEXT_CLASSIFICATION = `<crowd-form>
  <crowd-classifier
    name="class"
    header="{{ task.input.question | default: 'Which class fits the text best?' }}"
    categories="{{ task.input.labels | to_json | escape }}"
  >
    <classification-target>
      <blockquote>{{ task.input.text }}</blockquote>
    </classification-target>
    <short-instructions>Judge the text as a whole and choose the class that fits best.</short-instructions>
    <full-instructions header="How to choose">
      <p>Read all of the text first. Choose what the writer means, also where they say it with irony.</p>
      <p>Where two classes fit alike, choose the one that takes up more of the text.</p>
    </full-instructions>
  </crowd-classifier>
</crowd-form>
`;

const IMAGE_CLASSIFICATION = `{% assign picture = task.input.image %}
{% if picture contains "s3://" %}{% assign picture = picture | grant_read_access %}{% endif %}
<crowd-form>
  <crowd-image-classifier
    name="class"
    src="{{ picture }}"
    header="{{ task.input.question | default: 'What does the picture show?' }}"
    categories="{{ task.input.labels | to_json | escape }}"
  >
    <short-instructions>Choose what takes up most of the picture.</short-instructions>
    <full-instructions header="How to choose">
      <p>Choose one class for the whole picture, also where a part of it is hidden.</p>
    </full-instructions>
  </crowd-image-classifier>
</crowd-form>
`;

const TEXT_REVIEW = `${QUESTION_STYLES}
<crowd-form>
  <crowd-instructions link-text="How to review" link-type="button">
    <short-summary>Read the text, then answer every question about it.</short-summary>
    <detailed-instructions><p>Say in your own words what is wrong, so that somebody else can correct it.</p></detailed-instructions>
  </crowd-instructions>
  <div class="document">{{ task.input.text }}</div>
  {% for question in task.input.questions %}
  <fieldset>
    <legend>{{ question.title }}</legend>
    <label><input type="radio" name="{{ question.name }}" value="yes" required>Yes</label>
    <label><input type="radio" name="{{ question.name }}" value="no" required>No</label>
    <div class="nested">
      <label>What is wrong?<textarea name="{{ question.name }}-wrong"></textarea></label>
    </div>
  </fieldset>
  {% endfor %}
</crowd-form>
${FORGET_NESTED}
`;

const PREDICTION_CHECK = `${QUESTION_STYLES}
<crowd-form>
  <div class="document">{{ task.input.text }}</div>
  {% if task.input.confidence %}
  <p>The model is {{ task.input.confidence | times: 100 | round }} % sure of these values.</p>
  {% endif %}
  {% for field in task.input.predicted %}
  <crowd-input name="{{ field.name }}" label="{{ field.label }}" value="{{ field.value }}"></crowd-input>
  {% endfor %}
  <fieldset>
    <legend>Were the predicted values right?</legend>
    <label><input type="radio" name="prediction" value="yes" required>Yes, all of them</label>
    <label><input type="radio" name="prediction" value="no" required>No, I corrected some</label>
    <div class="nested">
      <label>What was wrong?<textarea name="prediction-wrong"></textarea></label>
    </div>
  </fieldset>
</crowd-form>
${FORGET_NESTED}
`;

const FREE_FORM = `<style>
  .material { max-width: 44rem; margin-bottom: 1rem; padding: 1rem; border: 1px solid; border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
<crowd-form>
  <h2>{{ task.input.question }}</h2>
  {% if task.input.text %}<div class="material">{{ task.input.text }}</div>{% endif %}
  <crowd-text-area name="answer" label="Your answer" rows="6" max-length="5000" char-counter required></crowd-text-area>
  <crowd-slider name="sure" label="How sure are you? 0 is a guess, 10 is certain." min="0" max="10" step="1" value="5" pin></crowd-slider>
</crowd-form>
`;

/** A picture that needs no storage. */
const BOAT =
  "<svg xmlns='http://www.w3.org/2000/svg' width='320' height='200'><rect width='320' height='200' fill='skyblue'/>" +
  "<rect y='140' width='320' height='60' fill='steelblue'/><path d='M90 140h140l-25 28H115z' fill='sienna'/>" +
  "<path d='M160 30v105H95zM168 50v85h60z' fill='white'/></svg>";

export const READY_TEMPLATES: readonly ReadyTemplate[] = [
  {
    id: "text-classification",
    title: "Text classification",
    purpose: "One class for a text, out of the labels that each task brings along.",
    template: TEXT_CLASSIFICATION,
    input: {
      text: "The tent is light and quick to set up. After the second rain, though, a seam was leaking.",
      question: "How does the writer feel about the product?",
      labels: ["Positive", "Negative", "Mixed", "Neutral"],
    },
  },
  {
    id: "image-classification",
    title: "Image classification",
    purpose: "One class for a picture, which a task names as s3://bucket/file.",
    template: IMAGE_CLASSIFICATION,
    input: {
      image: `data:image/svg+xml,${encodeURIComponent(BOAT)}`,
      question: "Which vehicle does the picture show?",
      labels: ["Car", "Bicycle", "Boat", "None of these"],
    },
  },
  {
    id: "text-review",
    title: "Text review with nested questions",
    purpose: "Questions with Yes or No about a text; No asks what is wrong.",
    template: TEXT_REVIEW,
    input: {
      text: "The blue van stops at the crossing, lets two people pass and turns left.",
      questions: [
        { name: "complete", title: "Does the text tell all that happened?" },
        { name: "correct", title: "Is everything in it correct?" },
      ],
    },
  },
  {
    id: "prediction-check",
    title: "Prediction check",
    purpose: "Values that a model read are there already; people correct them and say what was wrong.",
    template: PREDICTION_CHECK,
    input: {
      text: "Nordhafen Boat Supplies\nInvoice 2026-1180\nTotal EUR 177.90",
      confidence: 0.62,
      predicted: [
        { name: "supplier", label: "Supplier", value: "Nordhafen Boat Supplies" },
        { name: "total", label: "Total", value: "117.90" },
      ],
    },
  },
  {
    id: "free-form",
    title: "Free form",
    purpose: "An open question, answered in one's own words.",
    template: FREE_FORM,
    input: {
      question: "Write a summary of at most three sentences.",
      text: "The harbour opened in 1893 with one crane. Today it handles 40 ships a week, most of them with grain.",
    },
  },
];
