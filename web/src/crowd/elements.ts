/** Every element of the bundle, by tag. */
import { CrowdAlert } from "./crowd-alert";
import { CrowdButton } from "./crowd-button";
import { CrowdCheckbox } from "./crowd-checkbox";
import { CrowdClassifier } from "./crowd-classifier";
import { CrowdClassifierMultiSelect } from "./crowd-classifier-multi-select";
import { CrowdForm } from "./crowd-form";
import { CrowdImageClassifier } from "./crowd-image-classifier";
import { CrowdInput } from "./crowd-input";
import { CrowdInstructions } from "./crowd-instructions";
import { CrowdRadioButton } from "./crowd-radio-button";
import { CrowdRadioGroup } from "./crowd-radio-group";
import { CrowdSlider, CrowdSliderLabel } from "./crowd-slider";
import { CrowdTextArea } from "./crowd-text-area";
import { InstructionsPanel } from "./instructions-panel";

export const ELEMENTS = {
  "crowd-alert": CrowdAlert,
  "crowd-button": CrowdButton,
  "crowd-checkbox": CrowdCheckbox,
  "crowd-classifier": CrowdClassifier,
  "crowd-classifier-multi-select": CrowdClassifierMultiSelect,
  "crowd-form": CrowdForm,
  "crowd-image-classifier": CrowdImageClassifier,
  "crowd-input": CrowdInput,
  "crowd-instructions": CrowdInstructions,
  "crowd-radio-button": CrowdRadioButton,
  "crowd-radio-group": CrowdRadioGroup,
  "crowd-slider": CrowdSlider,
  "crowd-slider-label": CrowdSliderLabel,
  "crowd-text-area": CrowdTextArea,
  "loupe-instructions-panel": InstructionsPanel,
} as const;

/** Defines the elements at once, so that a template's first inline script can use them. A second load is harmless. */
export function defineElements(registry: CustomElementRegistry): void {
  for (const [tag, element] of Object.entries(ELEMENTS)) {
    if (!registry.get(tag)) registry.define(tag, element);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "crowd-alert": CrowdAlert;
    "crowd-button": CrowdButton;
    "crowd-checkbox": CrowdCheckbox;
    "crowd-classifier": CrowdClassifier;
    "crowd-classifier-multi-select": CrowdClassifierMultiSelect;
    "crowd-form": CrowdForm;
    "crowd-image-classifier": CrowdImageClassifier;
    "crowd-input": CrowdInput;
    "crowd-instructions": CrowdInstructions;
    "crowd-radio-button": CrowdRadioButton;
    "crowd-radio-group": CrowdRadioGroup;
    "crowd-slider": CrowdSlider;
    "crowd-slider-label": CrowdSliderLabel;
    "crowd-text-area": CrowdTextArea;
    "loupe-instructions-panel": InstructionsPanel;
  }
}
