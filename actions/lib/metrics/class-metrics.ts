import { accuracy, balancedAccuracy, zeroOneLoss } from './accuracy.ts';
import { cohenKappa, matthewsCorrcoef, orderedKappas } from './agreement.ts';
import { averagePrecision, averagePrecisions } from './average-precision.ts';
import { brierParts, calibrationError, otherCalibrationErrors } from './calibration-error.ts';
import { errorRates } from './error-rates.ts';
import type { ClassMetric } from './metric.ts';
import { averagedMetrics, positiveClassMetrics } from './precision-recall.ts';
import { brierScore, logLoss, topKAccuracy, topMoreAccuracies } from './probability-loss.ts';
import { probabilitySkill } from './probability-skill.ts';
import { gini, rocAuc, rocAucOvrMacro, rocAucOvrMicro, rocAucOvrWeighted } from './roc-auc.ts';
import { rocAucPairs } from './roc-auc-pairs.ts';
import { scoreSeparation } from './score-separation.ts';

/** Every metric of binary and multiclass tasks. */
export const classMetrics: readonly ClassMetric[] = [
  accuracy,
  balancedAccuracy,
  zeroOneLoss,
  ...positiveClassMetrics,
  ...errorRates,
  ...averagedMetrics,
  matthewsCorrcoef,
  cohenKappa,
  ...orderedKappas,
  rocAuc,
  gini,
  rocAucOvrMacro,
  rocAucOvrWeighted,
  rocAucOvrMicro,
  ...rocAucPairs,
  averagePrecision,
  ...averagePrecisions,
  ...scoreSeparation,
  logLoss,
  brierScore,
  ...probabilitySkill,
  calibrationError,
  ...otherCalibrationErrors,
  ...brierParts,
  topKAccuracy,
  ...topMoreAccuracies,
];
