// The final tests as a center reports them: every mandatory point of the house list of a kind of device, passed.
const passed = (...keys: string[]): { check: string; result: 'pass' }[] => keys.map((check) => ({ check, result: 'pass' }));

/** By kind of device. */
export const checks = {
  phone: passed(
    'reported_fault',
    'power_on',
    'charging',
    'display',
    'touch',
    'sound',
    'cameras',
    'radio',
    'calls',
    'buttons',
    'biometrics',
    'outside',
  ),
  laptop: passed(
    'reported_fault',
    'power_on',
    'charging',
    'display',
    'keyboard',
    'touchpad',
    'ports',
    'storage',
    'cooling',
    'radio',
    'sound',
    'outside',
  ),
};
