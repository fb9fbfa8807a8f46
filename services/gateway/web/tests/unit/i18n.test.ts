import { describe, expect, it } from 'vitest';
import { fullWidth } from '../../src/core/i18n';

describe('punctuation', () => {
  it.each([
    ['没有该公示,或公示期已过', '没有该公示，或公示期已过'],
    ['最近一次调查(2026-02-20)超过 30 天,请重新调查', '最近一次调查（2026-02-20）超过 30 天，请重新调查'],
    ['示例指标包, 非官方', '示例指标包，非官方'],
    ['市(州)轮廓:echarts 4.9.0 数据包(坐标系未注明);其下各级', '市（州）轮廓：echarts 4.9.0 数据包（坐标系未注明）；其下各级'],
    ['at 12:30 (UTC), see /openapi.json', 'at 12:30 (UTC), see /openapi.json'],
    ['可用的地址见 /openapi.json', '可用的地址见 /openapi.json'],
    ['', ''],
  ])('beside Chinese is full width: %s', (half, full) => expect(fullWidth(half)).toBe(full));
});
